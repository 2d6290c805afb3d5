using System.Numerics;
using System.Runtime.CompilerServices;
using OutputGrad.Engine.Arguments;
using OutputGrad.Engine.Arithmetic;
using OutputGrad.Engine.Loss;
using OutputGrad.Engine.Simd;

namespace OutputGrad.Engine.Strips;

/// <summary>The residuals of one strip of rows over one block of classes, once the rows' softmax over all classes is known.</summary>
/// <remarks>
/// From the exponentials E that <see cref="StripSoftmax{TSimd, TVector, T}"/> left, with w = exp(m - the row's m) and the <see
/// cref="RowFactors"/>:
/// <code>
/// G = E w Exponential - a TargetWeight, and AtTarget at y; times the softcap's slope; 0 in padding
/// </code>
/// A softcap needs the logits again for its slope; they stayed where they were and the exponentials are made anew.
/// </remarks>
internal static unsafe class StripResiduals<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>From exponentials to the residuals that the gradients are made of, in place, and what the filters leave of them.</summary>
    public static void Compute(in LayerArguments<T> layer, in Strip<T> strip, in StripScratch<T> scratch)
    {
        T* room = stackalloc T[StripFactors<T>.Elements];
        StripFactors<T> factors = new(room, strip, &Reduced, layer.Terms.HasDivisors);
        Compute(layer, strip, factors, strip.Lines, scratch);
        if (layer.Filters)
        {
            factors.SetThresholds(layer, strip);
            GradientFilter<TSimd, TVector, T>.Mark(layer, strip, factors);
        }

        static RowFactors Reduced(in RowState row) => row.Factors;
    }

    /// <summary>Adds the squares of a block's residuals before the divisors to each row's sum.</summary>
    public static void AddSquares(in LayerArguments<T> layer, in Strip<T> strip, in StripScratch<T> scratch)
    {
        T* room = stackalloc T[StripFactors<T>.Elements];
        StripFactors<T> factors = new(room, strip, &Unreduced, hasDivisors: true);
        T* residuals = scratch.SquaredResiduals;
        Compute(layer, strip, factors, residuals, scratch);
        for (int lane = 0; lane < strip.LiveRows; lane++)
        {
            strip.Rows[lane].ResidualSquares.Add(SquareSum.Of<T, T>(0, residuals + lane, Lanes<T>.Count, strip.Classes));
        }

        static RowFactors Unreduced(in RowState row) => row.Unreduced;
    }

    /// <summary>From exponentials (under a softcap: logits) to residuals. May work in place.</summary>
    private static void Compute(
        in LayerArguments<T> layer, in Strip<T> strip, StripFactors<T> factors, T* residuals, in StripScratch<T> scratch)
    {
        T* exponentials = strip.Lines;
        if (layer.IsCapped)
        {
            exponentials = scratch.Capped;
            StripSoftmax<TSimd, TVector, T>.Transform(layer, strip, exponentials, scratch.Slopes);
            StripSoftmax<TSimd, TVector, T>.Exponentiate(strip, exponentials, scratch.KnownSums);
        }

        Scale(strip, exponentials, factors, residuals);
        if (layer.HasDenseTargets)
        {
            StripSoftmax<TSimd, TVector, T>.FillDenseTargets(layer, strip, scratch.DenseTargets);
            SubtractTargets(strip, residuals, scratch.DenseTargets, factors.TargetWeight);
        }

        PutTargets(strip, factors, residuals);
        if (layer.IsCapped)
        {
            MultiplySlopes(strip, residuals, scratch.Slopes);
        }

        ClearPadding(strip, residuals);
    }

    /// <summary>to = from * (the block's weight * factor), the last two per row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Scale(in Strip<T> strip, T* from, StripFactors<T> factors, T* to)
    {
        int elements = strip.Elements;
        for (int lane = 0; lane < strip.LiveRows; lane += TSimd.Count)
        {
            TVector factor = TSimd.Multiply(TSimd.Load(strip.Statistics.Sum + lane), TSimd.Load(factors.Exponential + lane));
            if (TSimd.AnyEquals(TSimd.Abs(TSimd.Load(factors.Exponential + lane)), TSimd.Broadcast(T.PositiveInfinity)))
            {
                ScaleBeyondRange(strip, lane, from, factors, to);
                continue;
            }

            for (int i = lane; i < elements; i += Lanes<T>.Count)
            {
                TSimd.Store(TSimd.Multiply(TSimd.Load(from + i), factor), to + i);
            }
        }
    }

    /// <summary>The same for a vector of rows, one of which has an infinite factor.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void ScaleBeyondRange(in Strip<T> strip, int lane, T* from, StripFactors<T> factors, T* to)
    {
        TVector zero = TSimd.Broadcast(T.Zero), least = TSimd.Broadcast(T.Epsilon), hasPoles = TSimd.Load(factors.HasPoles + lane);
        TVector factor = Product(TSimd.Load(strip.Statistics.Sum + lane), TSimd.Load(factors.Exponential + lane));
        for (int i = lane; i < strip.Elements; i += Lanes<T>.Count)
        {
            TSimd.Store(Product(TSimd.Load(from + i), factor), to + i);
        }

        // 0 times infinity is 0, but for rows with poles
        TVector Product(TVector probability, TVector slope)
        {
            TVector product = TSimd.Multiply(probability, slope);
            return TSimd.SelectLarger(least, probability, TSimd.SelectLarger(hasPoles, zero, product, zero), product);
        }
    }

    private static void SubtractTargets(in Strip<T> strip, T* residuals, T* weights, T* factors)
    {
        int elements = strip.Elements;
        for (int lane = 0; lane < strip.LiveRows; lane += TSimd.Count)
        {
            TVector factor = TSimd.Subtract(TSimd.Broadcast(T.Zero), TSimd.Load(factors + lane));
            for (int i = lane; i < elements; i += Lanes<T>.Count)
            {
                TSimd.Store(TSimd.MultiplyAdd(TSimd.Load(weights + i), factor, TSimd.Load(residuals + i)), residuals + i);
            }
        }
    }

    private static void PutTargets(in Strip<T> strip, StripFactors<T> factors, T* residuals)
    {
        for (int lane = 0; lane < strip.LiveRows; lane++)
        {
            if (strip.TryTarget(lane, out int at))
            {
                residuals[at] = factors.AtTarget[lane];
            }
        }
    }

    private static void MultiplySlopes(in Strip<T> strip, T* residuals, T* slopes)
    {
        int elements = strip.Elements;
        for (int lane = 0; lane < strip.LiveRows; lane += TSimd.Count)
        {
            for (int i = lane; i < elements; i += Lanes<T>.Count)
            {
                TSimd.Store(TSimd.Multiply(TSimd.Load(residuals + i), TSimd.Load(slopes + i)), residuals + i);
            }
        }
    }

    /// <summary>In the vector that rows share with padding; what vectors of padding alone hold, nobody reads.</summary>
    private static void ClearPadding(in Strip<T> strip, T* residuals)
    {
        int shared = strip.LiveRows % TSimd.Count;
        if (shared > 0)
        {
            T* isPadding = stackalloc T[TSimd.Count];
            new Span<T>(isPadding, shared).Clear();
            new Span<T>(isPadding + shared, TSimd.Count - shared).Fill(T.One);
            TVector zero = TSimd.Broadcast(T.Zero), padding = TSimd.Load(isPadding);
            int elements = strip.Elements;
            for (int i = strip.LiveRows - shared; i < elements; i += Lanes<T>.Count)
            {
                TSimd.Store(TSimd.SelectLarger(padding, zero, zero, TSimd.Load(residuals + i)), residuals + i);
            }
        }
    }
}
