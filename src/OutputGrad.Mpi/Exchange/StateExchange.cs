using System.Buffers;
using System.Numerics;

namespace OutputGrad.Mpi.Exchange;

/// <summary>
/// From each shard's states of all rows to the rows' merged states in every rank: each rank merges a slice of the rows, and all get all
/// slices. So a rank receives two states for each row, however many ranks there are.
/// </summary>
internal static class StateExchange
{
    /// <summary>As many rows as are exchanged at a time, for the same reasons as in <see cref="SlicedVector{T}"/>.</summary>
    private const int WindowRows = 512 << 10;

    /// <summary>Merges states, of as many rows in all ranks, in place.</summary>
    public static void Merge<T>(MpiCommunicator ranks, Span<SoftmaxState<T>> states)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        while (ranks.Size > 1 && !states.IsEmpty)
        {
            Span<SoftmaxState<T>> window = states[..Math.Min(WindowRows, states.Length)];
            MergeWindow(ranks, window);
            states = states[window.Length..];
        }
    }

    private static void MergeWindow<T>(MpiCommunicator ranks, Span<SoftmaxState<T>> states)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int stateBytes = SoftmaxState<T>.WireBytes;
        Slices slices = new(states.Length, ranks.Size, stateBytes);
        int ownBytes = slices.Bytes[ranks.Rank], allBytes = states.Length * stateBytes;
        byte[] all = ArrayPool<byte>.Shared.Rent(allBytes), parts = ArrayPool<byte>.Shared.Rent(ownBytes * ranks.Size);
        try
        {
            Write(states, all);
            ranks.Scatter<byte>(all.AsSpan(0, allBytes), slices, parts.AsSpan(0, ownBytes * ranks.Size));
            MergeParts<T>(parts, slices.Length(ranks.Rank), ranks.Size);
            ranks.Gather<byte>(parts.AsSpan(0, ownBytes), slices, all.AsSpan(0, allBytes));
            for (int row = 0; row < states.Length; row++)
            {
                states[row] = Read<T>(all, row);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(all);
            ArrayPool<byte>.Shared.Return(parts);
        }
    }

    /// <summary>Every rank's states of the same rows, one rank's after the other's, to merged ones in place of the first.</summary>
    private static void MergeParts<T>(Span<byte> parts, int rows, int ranks)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int row = 0; row < rows; row++)
        {
            SoftmaxState<T> merged = Read<T>(parts, row);
            for (int rank = 1; rank < ranks; rank++)
            {
                merged = SoftmaxState<T>.Merge(merged, Read<T>(parts, (rank * rows) + row));
            }

            merged.WriteTo(parts[(row * SoftmaxState<T>.WireBytes)..]);
        }
    }

    private static SoftmaxState<T> Read<T>(ReadOnlySpan<byte> states, int index)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        SoftmaxState<T>.ReadFrom(states[(index * SoftmaxState<T>.WireBytes)..]);

    private static void Write<T>(ReadOnlySpan<SoftmaxState<T>> states, Span<byte> bytes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int row = 0; row < states.Length; row++)
        {
            states[row].WriteTo(bytes[(row * SoftmaxState<T>.WireBytes)..]);
        }
    }
}
