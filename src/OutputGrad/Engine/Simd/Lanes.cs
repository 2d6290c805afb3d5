namespace OutputGrad.Engine.Simd;

/// <summary>Numbers side by side in a cache line: rows of a strip, or the lanes of a sum whose shape no vector width changes.</summary>
internal static unsafe class Lanes<T>
    where T : unmanaged
{
    public static int Count => CacheLine.Bytes / sizeof(T);
}
