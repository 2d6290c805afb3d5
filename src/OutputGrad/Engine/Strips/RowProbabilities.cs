using System.Numerics;
using OutputGrad.Engine.Arguments;
using OutputGrad.Engine.Arithmetic;
using OutputGrad.Engine.Simd;

namespace OutputGrad.Engine.Strips;

/// <summary>
/// From logits to probabilities or their logarithms, in the caller's results, once a row's softmax is known. A row without a target has
/// its most likely class for one: its loss is log S.
/// </summary>
/// <remarks>
/// <code>
/// log p_c = (z_c - m) - log S            p_c = exp(z_c - m) / S
/// </code>
/// No term of the first cancels another: both differences are at most 0. For the second, z - m is off by up to half a unit of its last
/// place, which an exponential makes as many units as the number is large; so what the subtraction rounds away is multiplied in.
/// </remarks>
internal static unsafe class RowProbabilities<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The classes of one item.</summary>
    private const int ItemClasses = 1 << 15;

    /// <summary>Below it the exponential of any type is 0.</summary>
    private static T Negligible => T.CreateTruncating(-800);

    /// <summary>How many items some rows are; none where the softmax itself is not wanted.</summary>
    public static int Items(in LayerArguments<T> layer, int rows) => layer.Softmax.AreWanted ? rows * ItemsPerRow(layer) : 0;

    /// <summary>Does one of them.</summary>
    public static void Complete(in LayerArguments<T> layer, RowState* rows, int item)
    {
        ref readonly RowState row = ref rows[item / ItemsPerRow(layer)];
        SoftmaxOutputs<T> outputs = layer.Softmax;
        if (outputs.All != null)
        {
            int first = item % ItemsPerRow(layer) * ItemClasses;
            T* all = outputs.All + ((long)row.Destination * layer.Classes) + first;
            Complete(row, all, Math.Min(ItemClasses, layer.Classes - first), outputs.AreLogarithms);
        }
        else
        {
            TopClasses<TSimd, TVector, T>.ListOf(layer, row).Sort(outputs.TopCount);
            Complete(row, outputs.TopLogarithms + ((long)row.Destination * outputs.TopCount), outputs.TopCount, areLogarithms: true);
        }
    }

    private static int ItemsPerRow(in LayerArguments<T> layer) =>
        layer.Softmax.All == null ? 1 : Blocking.Divide(layer.Classes, ItemClasses);

    private static void Complete(in RowState row, T* logits, int count, bool areLogarithms)
    {
        T max = T.CreateTruncating(row.Max);
        if (areLogarithms)
        {
            T logSum = T.CreateTruncating(row.CrossEntropy);
            int done = Logarithms<TSimd, TVector>(logits, 0, count, max, logSum);
            Logarithms<SimdScalar<T>, T>(logits, done, count, max, logSum);
        }
        else
        {
            T share = T.CreateTruncating(Exponential<SimdScalar<double>, double, double>.Exp(-row.CrossEntropy));
            int done = Probabilities<TSimd, TVector>(logits, 0, count, max, share);
            Probabilities<SimdScalar<T>, T>(logits, done, count, max, share);
        }
    }

    private static int Logarithms<TAny, TAnyVector>(T* logits, int from, int count, T max, T logSum)
        where TAny : ISimd<TAnyVector, T>
        where TAnyVector : unmanaged
    {
        TAnyVector largest = TAny.Broadcast(max), log = TAny.Broadcast(logSum);
        int i = from;
        for (; i <= count - TAny.Count; i += TAny.Count)
        {
            TAny.Store(TAny.Subtract(TAny.Subtract(TAny.Load(logits + i), largest), log), logits + i);
        }

        return i;
    }

    private static int Probabilities<TAny, TAnyVector>(T* logits, int from, int count, T max, T share)
        where TAny : ISimd<TAnyVector, T>
        where TAnyVector : unmanaged
    {
        TAnyVector largest = TAny.Broadcast(max), factor = TAny.Broadcast(share), negligible = TAny.Broadcast(Negligible);
        int i = from;
        for (; i <= count - TAny.Count; i += TAny.Count)
        {
            TAnyVector logit = TAny.Load(logits + i);
            TAnyVector below = TAny.Subtract(logit, largest);
            TAnyVector part = TAny.Subtract(below, logit);
            TAnyVector rest = TAny.Subtract(TAny.Subtract(logit, TAny.Subtract(below, part)), TAny.Add(largest, part));
            TAnyVector exponential = Exponential<TAny, TAnyVector, T>.Exp(below);
            TAnyVector corrected = TAny.MultiplyAdd(exponential, rest, exponential);

            // the rest of an infinite difference is no number
            exponential = TAny.SelectLarger(below, negligible, corrected, exponential);
            TAny.Store(TAny.Multiply(exponential, factor), logits + i);
        }

        return i;
    }
}
