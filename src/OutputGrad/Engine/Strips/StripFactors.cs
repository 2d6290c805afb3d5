using System.Numerics;
using OutputGrad.Engine.Arguments;
using OutputGrad.Engine.Arithmetic;
using OutputGrad.Engine.Loss;
using OutputGrad.Engine.Simd;

namespace OutputGrad.Engine.Strips;

/// <summary>What a strip's rows are multiplied by and compared with, one lane each.</summary>
internal readonly unsafe struct StripFactors<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T* _start;

    /// <summary>The <see cref="RowFactors"/> of the rows, 0 in padding.</summary>
    /// <param name="room">Room for <see cref="Elements"/>.</param>
    /// <param name="strip">Whose rows.</param>
    /// <param name="factorsOf">Which factors of a row are meant.</param>
    /// <param name="hasDivisors">Whether what they are divided by is not 0.</param>
    public StripFactors(T* room, in Strip<T> strip, delegate*<in RowState, RowFactors> factorsOf, bool hasDivisors)
    {
        _start = room;
        new Span<T>(room, Elements).Clear();
        for (int lane = 0; lane < strip.LiveRows; lane++)
        {
            RowFactors factors = factorsOf(strip.Rows[lane]);
            Exponential[lane] = T.CreateTruncating(factors.Exponential);
            TargetWeight[lane] = T.CreateTruncating(factors.TargetWeight);
            AtTarget[lane] = T.CreateTruncating(factors.AtTarget);
            HasPoles[lane] = hasDivisors && strip.Rows[lane].LogSumExp > double.NegativeInfinity ? T.Zero : T.One;
        }
    }

    public static int Elements => 6 * Lanes<T>.Count;

    public T* Exponential => _start;

    public T* TargetWeight => _start + Lanes<T>.Count;

    public T* AtTarget => _start + (2 * Lanes<T>.Count);

    /// <summary>The magnitude below which a residual may be left out of dL/dH; infinite in padding.</summary>
    public T* HiddenThreshold => _start + (3 * Lanes<T>.Count);

    /// <summary>Likewise for dL/dW.</summary>
    public T* WeightThreshold => _start + (4 * Lanes<T>.Count);

    /// <summary>1 where an infinite factor is one over 0, else 0.</summary>
    public T* HasPoles => _start + (5 * Lanes<T>.Count);

    public void SetThresholds(in LayerArguments<T> layer, in Strip<T> strip)
    {
        // a residual has lost a few ulp on its way here; one that is on the threshold must not fall below it for that
        double rounding = 1 - (16 * Ulp<T>.OfOne);
        new Span<T>(HiddenThreshold, 2 * Lanes<T>.Count).Fill(T.PositiveInfinity);
        for (int lane = 0; lane < strip.LiveRows; lane++)
        {
            // the residuals of a row without weight are 0 or NaN, and only NaN is kept
            ref readonly RowState row = ref strip.Rows[lane];
            if (row.Weight != 0)
            {
                HiddenThreshold[lane] = T.CreateTruncating(layer.HiddenThreshold * row.LeastReduction * rounding);
                WeightThreshold[lane] = T.CreateTruncating(layer.WeightThreshold * row.LeastReduction * rounding);
            }
        }
    }
}
