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

        FindMaxima(strip, exponentials);
        if (layer.HasDenseTargets)
        {
            FillDenseTargets(layer, strip, scratch.DenseTargets);
            TargetSums<T>.Add(strip, exponentials, scratch.DenseTargets);
        }

        if (layer.Outputs.TargetRanks != null)
        {
            TargetRanks<TSimd, TVector, T>.Count(strip, exponentials);
        }

        if (layer.Softmax.AreWanted)
        {
            HandOut(layer, strip, exponentials);
            TakeLargest(strip, exponentials);
        }

        TakeTargets(strip, exponentials);
        if (layer.Outputs.Entropies == null)
        {
            Exponentiate<SumAlone>(strip, exponentials, strip.Statistics);
        }
        else
        {
            Exponentiate<SumAndSpread>(strip, exponentials, strip.Statistics);
        }
    }

    /// <summary>One logit as the softmax sees it, with the bits that <see cref="Transform"/> gives it in a vector.</summary>
    public static T TransformOne(in LayerArguments<T> layer, T logit, int c)
    {
        if (!layer.TransformsLogits)
        {
            return logit;
        }

        StripSoftmax<SimdScalar<T>, T, T>.Transformation transformation = new(layer);
        return transformation.Apply(logit, layer.Bias == null ? T.Zero : layer.Bias[c], out _);
    }

    /// <summary>The logits that the softmax sees, and under a softcap its slopes.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    public static void Transform(in LayerArguments<T> layer, in Strip<T> strip, T* transformed, T* slopes)
    {
        T* logits = strip.Lines;
        T* bias = layer.Bias == null ? null : layer.Bias + strip.FirstClass;
        Transformation transformation = new(layer);
        for (int c = 0; c < strip.Classes; c++)
        {
            TVector shift = TSimd.Broadcast(bias == null ? T.Zero : bias[c]);
            for (int i = c * Lanes<T>.Count; i < (c * Lanes<T>.Count) + strip.LiveRows; i += TSimd.Count)
            {
                TVector z = transformation.Apply(TSimd.Load(logits + i), shift, out TVector slope);
                if (layer.IsCapped)
                {
                    TSimd.Store(slope, slopes + i);
                }

                TSimd.Store(z, transformed + i);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void FindMaxima(in Strip<T> strip, T* logits)
    {
        (int classes, int liveRows, BlockStatistics<T> statistics) = (strip.Classes, strip.LiveRows, strip.Statistics);
        T* suspects = stackalloc T[Lanes<T>.Count];
        for (int lane = 0; lane < liveRows; lane += TSimd.Count)
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

        for (int lane = 0; lane < liveRows; lane++)
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

    /// <summary>Gives the caller the logits, or those that may be among the first of their rows.</summary>
    private static void HandOut(in LayerArguments<T> layer, in Strip<T> strip, T* logits)
    {
        if (layer.Softmax.All == null)
        {
            TopClasses<TSimd, TVector, T>.Offer(layer, strip, logits);
            return;
        }

        for (int lane = 0; lane < strip.LiveRows; lane++)
        {
            T* row = layer.Softmax.All + ((long)strip.Rows[lane].Destination * layer.Classes) + strip.FirstClass;
            for (int c = 0; c < strip.Classes; c++)
            {
                row[c] = logits[(c * Lanes<T>.Count) + lane];
            }
        }
    }

    /// <summary>Without targets it is the block's largest logits that stay out of the sum.</summary>
    private static void TakeLargest(in Strip<T> strip, T* logits)
    {
        for (int lane = 0; lane < strip.LiveRows; lane++)
        {
            logits[(int.CreateTruncating(strip.Statistics.ArgMax[lane]) * Lanes<T>.Count) + lane] = T.NegativeInfinity;
        }
    }

    /// <summary>From logits to exponentials below the block's maxima, in place.</summary>
    public static void Exponentiate(in Strip<T> strip, T* logits, T* sums) =>
        Exponentiate<SumAlone>(strip, logits, strip.Statistics with { Sum = sums });

    /// <summary>From logits to exponentials below the block's maxima, in place, and their sums.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Exponentiate<TSums>(in Strip<T> strip, T* logits, BlockStatistics<T> statistics)
        where TSums : struct
    {
        (int classes, int liveRows) = (strip.Classes, strip.LiveRows);
        Exponential<TSimd, TVector, T>.Constants constants = new();
        for (int lane = 0; lane < liveRows; lane += TSimd.Count)
        {
            TVector max = TSimd.Larger(TSimd.Broadcast(LowestNumber<T>.Value), TSimd.Load(statistics.Max + lane));
            TVector sum = TSimd.Broadcast(T.Zero);
            TVector spread = TSimd.Broadcast(T.Zero);
            for (int start = 0; start < classes; start += Blocking.SummedClasses)
            {
                TVector part = TSimd.Broadcast(T.Zero);
                TVector spreadPart = TSimd.Broadcast(T.Zero);
                T* logit = logits + lane + (start * Lanes<T>.Count);
                int c = Math.Min(Blocking.SummedClasses, classes - start);
                for (; c >= 4; c -= 4, logit += 4 * Lanes<T>.Count)
                {
                    TVector pair = TSimd.Add(
                        Exponentiate<TSums>(logit, max, constants, ref spreadPart),
                        Exponentiate<TSums>(logit + Lanes<T>.Count, max, constants, ref spreadPart));
                    TVector other = TSimd.Add(
                        Exponentiate<TSums>(logit + (2 * Lanes<T>.Count), max, constants, ref spreadPart),
                        Exponentiate<TSums>(logit + (3 * Lanes<T>.Count), max, constants, ref spreadPart));
                    part = TSimd.Add(part, TSimd.Add(pair, other));
                }

                for (; c > 0; c--, logit += Lanes<T>.Count)
                {
                    part = TSimd.Add(part, Exponentiate<TSums>(logit, max, constants, ref spreadPart));
                }

                sum = TSimd.Add(sum, part);
                spread = TSimd.Add(spread, spreadPart);
            }

            TSimd.Store(sum, statistics.Sum + lane);
            if (typeof(TSums) == typeof(SumAndSpread))
            {
                TSimd.Store(spread, statistics.Spread + lane);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static TVector Exponentiate<TSums>(
        T* logit, TVector max, in Exponential<TSimd, TVector, T>.Constants constants, ref TVector spread)
        where TSums : struct
    {
        TVector x = TSimd.Subtract(TSimd.Load(logit), max);
        TVector exponential = Exponential<TSimd, TVector, T>.Exp(x, constants);
        TSimd.Store(exponential, logit);
        if (typeof(TSums) == typeof(SumAndSpread))
        {
            // 0 times the infinite distance of a masked class is no number
            spread = TSimd.MultiplyAdd(exponential, TSimd.Larger(x, constants.Lowest), spread);
        }

        return exponential;
    }

    /// <summary>
    /// The dense part of the targets' weights, in the layout of the logits: soft targets turned classes-major, or what smoothing spreads.
    /// </summary>
    public static void FillDenseTargets(in LayerArguments<T> layer, in Strip<T> strip, T* weights)
    {
        double smoothing = layer.Terms.Smoothing;

        // a shard's targets speak of the classes of all
        int firstClass = layer.FirstClass + strip.FirstClass, classes = layer.Batch.Classes;
        for (int c = 0; c < strip.Classes; c++)
        {
            double classWeight = layer.Batch.ClassWeight(firstClass + c);
            double spread = classWeight * smoothing / classes;
            Span<T> lanes = new(weights + (c * Lanes<T>.Count), Lanes<T>.Count);
            lanes.Fill(T.CreateTruncating(spread));
            if (layer.Batch.HasSoftTargets)
            {
                lanes.Clear();
                T own = T.CreateTruncating(classWeight * (1 - smoothing));
                for (int lane = 0; lane < strip.LiveRows; lane++)
                {
                    T probability = layer.Batch.TargetProbabilities[((long)strip.Rows[lane].Source * classes) + firstClass + c];
                    lanes[lane] = T.IsFinite(own)
                        ? (probability * own) + T.CreateTruncating(spread)
                        : T.CreateTruncating((double.CreateTruncating(probability) * classWeight * (1 - smoothing)) + spread);
                }
            }
        }
    }

    /// <summary>What is made of W h before the softmax sees it, in vectors.</summary>
    private readonly struct Transformation
    {
        private readonly TVector _scale;
        private readonly TVector _cap;
        private readonly TVector _overCap;
        private readonly bool _isCapped;

        public Transformation(in LayerArguments<T> layer)
        {
            _scale = TSimd.Broadcast(T.CreateTruncating(layer.Terms.LogitScale));
            _cap = TSimd.Broadcast(T.CreateTruncating(layer.Terms.LogitSoftcap));
            _overCap = TSimd.Broadcast(T.CreateTruncating(1 / layer.Terms.LogitSoftcap));
            _isCapped = layer.IsCapped;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public TVector Apply(TVector logit, TVector bias, out TVector slope)
        {
            TVector z = TSimd.Multiply(TSimd.Add(logit, bias), _scale);
            slope = z;
            return _isCapped ? TSimd.Multiply(Exponential<TSimd, TVector, T>.Tanh(TSimd.Multiply(z, _overCap), out slope), _cap) : z;
        }
    }

    /// <summary>Of exponentials their sum is wanted.</summary>
    private readonly struct SumAlone;

    /// <summary>And what <see cref="BlockStatistics{T}.Spread"/> is.</summary>
    private readonly struct SumAndSpread;
}
