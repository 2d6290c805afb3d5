namespace OutputGrad.Engine.Simd;

/// <summary>The unit in which memory is read, and the widest vector.</summary>
internal static class CacheLine
{
    public const int Bytes = 64;
}
