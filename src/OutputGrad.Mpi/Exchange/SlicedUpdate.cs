using System.Numerics;
using System.Runtime.ExceptionServices;

namespace OutputGrad.Mpi.Exchange;

/// <summary>
/// An optimizer's step on parameters that several ranks have alike, by the sum of the ranks' gradients: each rank moves a slice of them,
/// and all get all slices.
/// </summary>
internal static class SlicedUpdate
{
    /// <summary>Returns what the optimizer threw; the exchange is done all the same, so that no rank waits for ever.</summary>
    /// <param name="ranks">The ranks that have the parameters.</param>
    /// <param name="parameters">Some of them.</param>
    /// <param name="gradient">This rank's gradient of them.</param>
    /// <param name="index">The position of the first of them among all parameters.</param>
    /// <param name="update">The optimizer.</param>
    public static ExceptionDispatchInfo? Apply<T, TUpdate>(
        MpiCommunicator ranks, Span<T> parameters, ReadOnlySpan<T> gradient, long index, TUpdate update)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TUpdate : IWeightUpdate<T>
    {
        ExceptionDispatchInfo? failure = null;
        for (int start = 0; start < parameters.Length; start += SlicedVector<T>.WindowElements)
        {
            Span<T> window = parameters.Slice(start, Math.Min(SlicedVector<T>.WindowElements, parameters.Length - start));
            using SlicedVector<T> sliced = new(ranks, window.Length);
            Span<T> sum = sliced.SumOwnSlice(gradient.Slice(start, window.Length));
            Span<T> own = window.Slice(sliced.Start, sliced.Length);
            try
            {
                if (failure is null && !own.IsEmpty)
                {
                    update.Update(own, sum, index + start + sliced.Start);
                }
            }
            catch (Exception e)
            {
                failure = ExceptionDispatchInfo.Capture(e);
            }

            // the sum is done with; what is sent may not lie where all is received
            own.CopyTo(sum);
            sliced.Gather(sum, window);
        }

        return failure;
    }
}
