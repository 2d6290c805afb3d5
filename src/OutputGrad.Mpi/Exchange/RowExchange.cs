using System.Buffers;

namespace OutputGrad.Mpi.Exchange;

/// <summary>
/// From what each shard knows of all rows to what all of them know in every rank: each rank merges a slice of the rows, and all get all
/// slices. So a rank receives two of what is exchanged for each row, however many ranks there are.
/// </summary>
/// <typeparam name="TWire">How it travels.</typeparam>
/// <typeparam name="TRow">What is known of a row.</typeparam>
internal static class RowExchange<TWire, TRow>
    where TWire : IRowWire<TRow>
{
    /// <summary>As many rows as are exchanged at a time, for the same reasons as in <see cref="SlicedVector{T}"/>.</summary>
    private const int WindowRows = 512 << 10;

    /// <summary>Merges as many rows in all ranks, in place.</summary>
    public static void Merge(MpiCommunicator ranks, Span<TRow> rows)
    {
        while (ranks.Size > 1 && !rows.IsEmpty)
        {
            Span<TRow> window = rows[..Math.Min(WindowRows, rows.Length)];
            MergeWindow(ranks, window);
            rows = rows[window.Length..];
        }
    }

    private static void MergeWindow(MpiCommunicator ranks, Span<TRow> rows)
    {
        Slices slices = new(rows.Length, ranks.Size, TWire.Bytes);
        int ownBytes = slices.Bytes[ranks.Rank], allBytes = rows.Length * TWire.Bytes;
        byte[] all = ArrayPool<byte>.Shared.Rent(allBytes), parts = ArrayPool<byte>.Shared.Rent(ownBytes * ranks.Size);
        try
        {
            for (int row = 0; row < rows.Length; row++)
            {
                TWire.Write(rows[row], all.AsSpan(row * TWire.Bytes));
            }

            ranks.Scatter<byte>(all.AsSpan(0, allBytes), slices, parts.AsSpan(0, ownBytes * ranks.Size));
            MergeParts(parts, slices.Length(ranks.Rank), ranks.Size);
            ranks.Gather<byte>(parts.AsSpan(0, ownBytes), slices, all.AsSpan(0, allBytes));
            for (int row = 0; row < rows.Length; row++)
            {
                rows[row] = Read(all, row);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(all);
            ArrayPool<byte>.Shared.Return(parts);
        }
    }

    /// <summary>Every rank's part of the same rows, one rank's after the other's, to merged ones in place of the first.</summary>
    private static void MergeParts(Span<byte> parts, int rows, int ranks)
    {
        for (int row = 0; row < rows; row++)
        {
            TRow merged = Read(parts, row);
            for (int rank = 1; rank < ranks; rank++)
            {
                merged = TWire.Merge(merged, Read(parts, (rank * rows) + row));
            }

            TWire.Write(merged, parts[(row * TWire.Bytes)..]);
        }
    }

    private static TRow Read(ReadOnlySpan<byte> rows, int index) => TWire.Read(rows[(index * TWire.Bytes)..]);
}
