using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;

namespace OutputGrad.Mpi.Exchange;

/// <summary>
/// A window of a vector that every rank has numbers for, cut into a slice for each rank: the rank adds up its slice of all ranks' numbers.
/// </summary>
/// <remarks>
/// Windows bound the memory that an exchange takes, and keep what is added up in the cache. All ranks go over the same windows.
/// </remarks>
internal readonly ref struct SlicedVector<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>16 MiB of floats: large enough for a network's full speed to 500 ranks, 32 KiB for each of them.</summary>
    public const int WindowElements = 4 << 20;

    private readonly MpiCommunicator _ranks;
    private readonly Slices _slices;
    private readonly T[] _parts;
    private readonly Span<T> _own;

    public SlicedVector(MpiCommunicator ranks, int elements)
    {
        _ranks = ranks;
        _slices = new(elements, ranks.Size, Unsafe.SizeOf<T>());
        _parts = ArrayPool<T>.Shared.Rent(_slices.Length(ranks.Rank) * ranks.Size);
        _own = _parts.AsSpan(0, _slices.Length(ranks.Rank));
    }

    /// <summary>Where this rank's slice begins.</summary>
    public int Start => _slices.Start(_ranks.Rank);

    public int Length => _own.Length;

    /// <summary>This rank's slice of the sum over the ranks, added up in their order.</summary>
    public Span<T> SumOwnSlice(ReadOnlySpan<T> values)
    {
        Span<T> parts = _parts.AsSpan(0, Length * _ranks.Size);
        _ranks.Scatter(values, _slices, parts);
        for (int rank = 1; rank < _ranks.Size; rank++)
        {
            TensorPrimitives.Add(_own, parts.Slice(rank * Length, Length), _own);
        }

        return _own;
    }

    /// <summary>Gives all ranks' slices to all.</summary>
    public void Gather(ReadOnlySpan<T> own, Span<T> all) => _ranks.Gather(own, _slices, all);

    public void Dispose() => ArrayPool<T>.Shared.Return(_parts);
}
