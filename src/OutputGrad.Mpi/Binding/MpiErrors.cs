using System.Text;

namespace OutputGrad.Mpi.Binding;

/// <summary>Error codes of MPI to exceptions with MPI's own text.</summary>
internal static unsafe class MpiErrors
{
    /// <summary>No MPI has longer ones; the standard leaves the number to each.</summary>
    private const int TextBytes = 8192;

    /// <exception cref="MpiException">The code is not that of success.</exception>
    public static void Check(int code, string function)
    {
        if (code != 0)
        {
            throw new MpiException(function, code, TextOf(code));
        }
    }

    private static string TextOf(int code)
    {
        byte* text = stackalloc byte[TextBytes];
        int length = 0;
        return MpiNative.MPI_Error_string(code, text, &length) == 0
            ? Encoding.UTF8.GetString(text, Math.Clamp(length, 0, TextBytes)).TrimEnd('\0', '\n')
            : "MPI has no text for this error";
    }
}
