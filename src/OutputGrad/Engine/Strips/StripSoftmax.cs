using System.Numerics;
using System.Runtime.CompilerServices;
using OutputGrad.Engine.Arguments;
using OutputGrad.Engine.Arithmetic;
using OutputGrad.Engine.Simd;

namespace OutputGrad.Engine.Strips;

/// <summary>
/// The softmax of one strip of rows over one block of classes, one lane per row: all of the loss's options live here.
/// </summary>
/// <remarks>
/// From logits z to what the merge over blocks needs; from there on it is <see cref="StripResiduals{TSimd, TVector, T}"/>:
/// <code>
/// z = cap tanh(scale (z + bias) / cap)            where any of them is asked for
/// m = max z over the block, and where it stands
/// gap = sum of a (m - z)                          where targets are dense (see <see cref="Loss.LossTerms"/>)
/// z_y is taken out: its place becomes -infinity
/// E = exp(z - m), stored over z; their sum
/// </code>
/// Sums run over 32 classes in one accumulator and over those in a second: a chain of 48 roundings instead of 512.
/// </remarks>
internal static unsafe class StripSoftmax<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// From logits to exponentials, and the block's statistics of each row. Under a softcap the logits stay where they are.
    /// </summary>
    public static void Forward(in LayerArguments<T> layer, in Strip<T> strip, in StripScratch<T> scratch)
    {
        T* exponentials = layer.IsCapped ? scratch.Capped : strip.Lines;
        if (layer.TransformsLogits)
        {
            Transform(layer, strip, exponentials, scratch.Slopes);
        }

        FindMaxima(exponentials, strip.Classes, strip.Statistics);
        if (layer.HasDenseTargets)
        {
            FillDenseTargets(layer, strip, scratch.DenseTargets);
            TargetSums<T>.Add(exponentials, scratch.DenseTargets, strip.Classes, strip.Statistics);
        }

        TakeTargets(strip, exponentials);
        Exponentiate(exponentials, strip.Classes, strip.Statistics.Max, strip.Statistics.Sum);
    }

    /// <summary>The logits that the softmax sees, and under a softcap its slopes.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Transform(in LayerArguments<T> layer, in Strip<T> strip, T* transformed, T* slopes)
    {
        T* logits = strip.Lines;
        T* bias = layer.Bias == null ? null : layer.Bias + strip.FirstClass;
        TVector scale = TSimd.Broadcast(T.CreateTruncating(layer.Terms.LogitScale));
        TVector cap = TSimd.Broadcast(T.CreateTruncating(layer.Terms.LogitSoftcap));
        TVector overCap = TSimd.Broadcast(T.CreateTruncating(1 / layer.Terms.LogitSoftcap));
        for (int c = 0; c < strip.Classes; c++)
        {
            TVector shift = TSimd.Broadcast(bias == null ? T.Zero : bias[c]);
            for (int i = c * Lanes<T>.Count; i < (c + 1) * Lanes<T>.Count; i += TSimd.Count)
            {
                TVector z = TSimd.Multiply(TSimd.Add(TSimd.Load(logits + i), shift), scale);
                if (layer.IsCapped)
                {
                    z = TSimd.Multiply(Exponential<TSimd, TVector, T>.Tanh(TSimd.Multiply(z, overCap), out TVector slope), cap);
                    TSimd.Store(slope, slopes + i);
                }

                TSimd.Store(z, transformed + i);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FindMaxima(T* logits, int classes, BlockStatistics<T> statistics)
    {
        T* suspects = stackalloc T[Lanes<T>.Count];
        for (int lane = 0; lane < Lanes<T>.Count; lane += TSimd.Count)
        {
            TVector max = TSimd.Broadcast(T.NegativeInfinity);
            TVector argMax = TSimd.Broadcast(T.Zero);
            TVector at = TSimd.Broadcast(T.Zero);
            TVector suspect = TSimd.Broadcast(T.Zero);
            T* logit = logits + lane;
            for (int c = 0; c < classes; c++, logit += Lanes<T>.Count)
            {
                TVector z = TSimd.Load(logit);
                argMax = TSimd.SelectLarger(z, max, at, argMax);
                max = TSimd.Larger(z, max);
                at = TSimd.Add(at, TSimd.Broadcast(T.One));

                // 0 * z is NaN for NaN and for infinity: cheaper than asking which
                suspect = TSimd.MultiplyAdd(z, TSimd.Broadcast(T.Zero), suspect);
            }

            TSimd.Store(max, statistics.Max + lane);
            TSimd.Store(argMax, statistics.ArgMax + lane);
            TSimd.Store(suspect, suspects + lane);
        }

        for (int lane = 0; lane < Lanes<T>.Count; lane++)
        {
            if (T.IsNaN(suspects[lane]))
            {
                FindNaN(logits + lane, classes, statistics.Max + lane, statistics.ArgMax + lane);
            }
        }
    }

    /// <summary>A NaN is the maximum, its first place where that stands.</summary>
    private static void FindNaN(T* logits, int classes, T* max, T* argMax)
    {
        for (int c = 0; c < classes; c++)
        {
            if (T.IsNaN(logits[c * Lanes<T>.Count]))
            {
                *max = T.NaN;
                *argMax = T.CreateTruncating(c);
                return;
            }
        }
    }

    /// <summary>Takes the true classes' logits out of the block, so that they stay out of the sum.</summary>
    private static void TakeTargets(in Strip<T> strip, T* logits)
    {
        for (int lane = 0; lane < strip.LiveRows; lane++)
        {
            if (strip.TryTarget(lane, out int at))
            {
                strip.Rows[lane].TargetLogit = double.CreateTruncating(logits[at]);
                logits[at] = T.NegativeInfinity;
            }
        }
    }

    /// <summary>From logits to exponentials below the block's maxima, in place, and their sums.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Exponentiate(T* logits, int classes, T* maxima, T* sums)
    {
        Exponential<TSimd, TVector, T>.Constants constants = new();
        for (int lane = 0; lane < Lanes<T>.Count; lane += TSimd.Count)
        {
            TVector max = TSimd.Larger(TSimd.Broadcast(LowestNumber<T>.Value), TSimd.Load(maxima + lane));
            TVector sum = TSimd.Broadcast(T.Zero);
            for (int start = 0; start < classes; start += Blocking.SummedClasses)
            {
                TVector part = TSimd.Broadcast(T.Zero);
                T* logit = logits + lane + (start * Lanes<T>.Count);
                int c = Math.Min(Blocking.SummedClasses, classes - start);
                for (; c >= 4; c -= 4, logit += 4 * Lanes<T>.Count)
                {
                    TVector pair = TSimd.Add(Exponentiate(logit, max, constants), Exponentiate(logit + Lanes<T>.Count, max, constants));
                    TVector other = TSimd.Add(
                        Exponentiate(logit + (2 * Lanes<T>.Count), max, constants),
                        Exponentiate(logit + (3 * Lanes<T>.Count), max, constants));
                    part = TSimd.Add(part, TSimd.Add(pair, other));
                }

                for (; c > 0; c--, logit += Lanes<T>.Count)
                {
                    part = TSimd.Add(part, Exponentiate(logit, max, constants));
                }

                sum = TSimd.Add(sum, part);
            }

            TSimd.Store(sum, sums + lane);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Exponentiate(T* logit, TVector max, in Exponential<TSimd, TVector, T>.Constants constants)
    {
        TVector exponential = Exponential<TSimd, TVector, T>.Exp(TSimd.Subtract(TSimd.Load(logit), max), constants);
        TSimd.Store(exponential, logit);
        return exponential;
    }

    /// <summary>
    /// The dense part of the targets' weights, in the layout of the logits: soft targets turned classes-major, or what smoothing spreads.
    /// </summary>
    public static void FillDenseTargets(in LayerArguments<T> layer, in Strip<T> strip, T* weights)
    {
        double smoothing = layer.Terms.Smoothing;
        for (int c = 0; c < strip.Classes; c++)
        {
            double classWeight = layer.Batch.ClassWeight(strip.FirstClass + c);
            double spread = classWeight * smoothing / layer.Classes;
            Span<T> lanes = new(weights + (c * Lanes<T>.Count), Lanes<T>.Count);
            lanes.Fill(T.CreateTruncating(spread));
            if (layer.Batch.HasSoftTargets)
            {
                lanes.Clear();
                T own = T.CreateTruncating(classWeight * (1 - smoothing));
                for (int lane = 0; lane < strip.LiveRows; lane++)
                {
                    T probability = layer.Batch.TargetProbabilities[((long)strip.Rows[lane].Source * layer.Classes) + strip.FirstClass + c];
                    lanes[lane] = T.IsFinite(own)
                        ? (probability * own) + T.CreateTruncating(spread)
                        : T.CreateTruncating((double.CreateTruncating(probability) * classWeight * (1 - smoothing)) + spread);
                }
            }
        }
    }
}
