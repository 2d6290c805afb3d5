namespace OutputGrad.Engine;

/// <summary>
/// How many rows of the batch a kernel for few rows takes at a time: two where there are two, because each vector of the weights is then loaded once
/// for two multiplications.
/// </summary>
internal interface IRowsAtATime
{
    static abstract bool AreTwo { get; }
}

internal readonly struct OneRow : IRowsAtATime
{
    public static bool AreTwo => false;
}

internal readonly struct TwoRows : IRowsAtATime
{
    public static bool AreTwo => true;
}
