using System.Numerics;

namespace OutputGrad.Mpi.Exchange;

/// <summary>Sums over ranks in the order of the ranks: the same bits in all of them and under every MPI.</summary>
internal static class RankOrderSum
{
    /// <summary>In every rank the sum of all ranks' values, as many of which are agreed upon. Nothing where there are no ranks.</summary>
    public static void Sum<T>(MpiCommunicator? ranks, Span<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        while (ranks is { Size: > 1 } && !values.IsEmpty)
        {
            Span<T> window = values[..Math.Min(SlicedVector<T>.WindowElements, values.Length)];
            using (SlicedVector<T> sliced = new(ranks, window.Length))
            {
                sliced.Gather(sliced.SumOwnSlice(window), window);
            }

            values = values[window.Length..];
        }
    }
}
