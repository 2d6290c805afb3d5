namespace OutputGrad.Mpi;

/// <summary>A call of MPI failed: the message says which and gives MPI's own text.</summary>
public sealed class MpiException : Exception
{
    internal MpiException(string function, int errorCode, string text)
        : base($"{function} failed: {text} (error {errorCode}).")
    {
        Function = function;
        ErrorCode = errorCode;
    }

    /// <summary>The function of MPI.</summary>
    public string Function { get; }

    /// <summary>The code that it returned, whose meaning is this MPI's own.</summary>
    public int ErrorCode { get; }
}
