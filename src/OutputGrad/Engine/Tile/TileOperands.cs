namespace OutputGrad.Engine.Tile;

/// <summary>What one run of the register tile multiplies; strides are in elements.</summary>
internal unsafe struct TileOperands<T>
    where T : unmanaged
{
    /// <summary>
    /// The broadcast side, read where it lies: row i, depth k at A[i ARow + k ADepth], RunLength depths at a time, the next run ARun
    /// further; the last run has those that are left. Its numbers are T, or what the tile's factor reads.
    /// </summary>
    public void* A;
    public nint ARow;
    public nint ADepth;
    public nint ARun;
    public int DepthCount;
    public int RunLength;

    /// <summary>The vector side: a panel, depth k at B + k BDepth.</summary>
    public T* B;
    public nint BDepth;

    /// <summary>
    /// The depths that count, <see cref="DepthCount"/> of them, where not all do: then <see cref="RunLength"/> is 1, and depth k = (run,
    /// rest) of the numbers of a cache line is at A[run ARun + rest ADepth]. Null where all do.
    /// </summary>
    public ushort* Depths;

    /// <summary>With a vector at every depth: what is needed soon; every run prefetches so many bytes of it.</summary>
    public byte* Next;
    public nint NextBytes;

    /// <summary>The result: row i at C + i CRow, its second and third vector so far from the first.</summary>
    public T* C;
    public nint CRow;
    public nint CSecond;
    public nint CThird;

    /// <summary>Whether the result is added to what is there or written over it.</summary>
    public TileResult Result;
}
