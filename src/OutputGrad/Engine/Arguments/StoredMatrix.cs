using System.Numerics;
using OutputGrad.Engine.Simd;

namespace OutputGrad.Engine.Arguments;

/// <summary>
/// A matrix of the caller's where it lies, pinned: rows of T, or of numbers of 16 bits that are widened as they are read.
/// </summary>
internal readonly unsafe struct StoredMatrix<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly byte* _start;
    private readonly nint _rowBytes;

    /// <summary>A pinned matrix.</summary>
    /// <param name="format">How its numbers are stored.</param>
    /// <param name="full">Where, if as T.</param>
    /// <param name="narrow">Where, if in 16 bits.</param>
    /// <param name="columns">How many there are to a row.</param>
    public StoredMatrix(NumberFormat format, T* full, ushort* narrow, int columns)
    {
        Format = format;
        NumberBytes = format == NumberFormat.Full ? sizeof(T) : sizeof(ushort);
        _start = format == NumberFormat.Full ? (byte*)full : (byte*)narrow;
        _rowBytes = (nint)columns * NumberBytes;
    }

    public NumberFormat Format { get; }

    /// <summary>Whether its numbers are T.</summary>
    public bool IsFull => Format == NumberFormat.Full;

    public int NumberBytes { get; }

    public void* Start => _start;

    /// <summary>A row, whose numbers are stored as <typeparamref name="TStored"/>.</summary>
    public TStored* Row<TStored>(long row)
        where TStored : unmanaged => (TStored*)(_start + ((nint)row * _rowBytes));

    /// <summary>Where a number lies.</summary>
    public byte* At(long row, int column) => Row<byte>(row) + ((nint)column * NumberBytes);
}
