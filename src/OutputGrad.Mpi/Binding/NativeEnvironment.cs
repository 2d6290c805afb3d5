using System.Runtime.InteropServices;

namespace OutputGrad.Mpi.Binding;

/// <summary>The environment as native libraries see it; the one of .NET is a copy that they do not.</summary>
internal static partial class NativeEnvironment
{
    /// <summary>
    /// UCX, beneath MPICH and some builds of Open MPI, puts its own handler in the place of the one by which .NET turns a null reference
    /// into an exception, and the first that a program would have caught ends it. Asks UCX to leave signals alone, unless the user has said
    /// something else.
    /// </summary>
    public static void KeepSignals()
    {
        if (!OperatingSystem.IsWindows())
        {
            _ = SetEnvironment("UCX_ERROR_SIGNALS", "", overwrite: 0);
        }
    }

    [LibraryImport("libc", EntryPoint = "setenv", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int SetEnvironment(string name, string value, int overwrite);
}
