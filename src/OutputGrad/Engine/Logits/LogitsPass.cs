using System.Numerics;
using System.Numerics.Tensors;
using OutputGrad.Engine.Arguments;
using OutputGrad.Engine.Arithmetic;
using OutputGrad.Engine.Loss;
using OutputGrad.Engine.Simd;

namespace OutputGrad.Engine.Logits;

/// <summary>
/// Softmax cross-entropy and its gradient from a matrix of logits, a row at a time: one sweep for the maximum, one for the exponentials and
/// their sum, one for the gradient, while the row stays in cache.
/// </summary>
/// <remarks>The formulas are in <see cref="LossTerms"/>, <see cref="RowSoftmax"/> and <see cref="RowFactors"/>.</remarks>
internal unsafe struct LogitsPass<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public required BatchArguments<T> Batch;
    public required T* Logits;
    public required T* Gradient;
    public required RowOutputs<T> Outputs;
    public required LossTerms Terms;

    /// <summary>For each worker <see cref="ScratchRows"/> rows of classes, where <see cref="NeedsScratch"/>.</summary>
    public T* Scratch;

    /// <summary>Room for one per row.</summary>
    public RowLoss* Losses;

    public const int ScratchRows = 3;

    private readonly int Classes => Batch.Classes;

    private readonly bool HasDenseTarget => Batch.HasSoftTargets || Terms.Smoothing > 0;

    private readonly bool IsCapped => Terms.LogitSoftcap > 0;

    public readonly bool NeedsScratch => Gradient == null || HasDenseTarget || IsCapped;

    /// <summary>Fills in what all rows share; before the first of them.</summary>
    public readonly void Prepare(int workers)
    {
        if (Batch.HasSoftTargets || !HasDenseTarget)
        {
            return;
        }

        for (int worker = 0; worker < workers; worker++)
        {
            T* denseTarget = DenseTarget(worker);
            for (int c = 0; c < Classes; c++)
            {
                denseTarget[c] = T.CreateTruncating(Batch.ClassWeight(c) * Terms.Smoothing / Classes);
            }
        }
    }

    /// <summary>The sums over all rows, in order; after the last of them.</summary>
    public readonly CrossEntropyResult Sum()
    {
        LossSums sums = default;
        foreach (ref readonly RowLoss row in new ReadOnlySpan<RowLoss>(Losses, Batch.Rows))
        {
            sums.AddRow(row);
        }

        return sums.Over(Terms);
    }

    /// <summary>Writes the results and the gradient of a row that does not count.</summary>
    public readonly void Ignore(int row)
    {
        Losses[row] = default;
        Outputs.WriteIgnored(row);
        if (Gradient != null)
        {
            new Span<T>(Gradient + ((long)row * Classes), Classes).Clear();
        }
    }

    private readonly T* Exponentials(int worker) => Scratch + ((nint)worker * ScratchRows * Classes);

    private readonly T* Slopes(int worker) => Exponentials(worker) + Classes;

    private readonly T* DenseTarget(int worker) => Exponentials(worker) + (2L * Classes);

    /// <summary>Computes a row that counts.</summary>
    /// <param name="row">Which row.</param>
    /// <param name="index">Its target, -1 with soft targets.</param>
    /// <param name="worker">Whose scratch.</param>
    public readonly void ComputeRow<TSimd, TVector>(int row, int index, int worker)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        T* exponentials = Gradient == null ? Exponentials(worker) : Gradient + ((long)row * Classes);
        T* logits = Transform<TSimd, TVector>(Logits + ((long)row * Classes), exponentials, Slopes(worker));
        RowTarget target = Batch.HasSoftTargets ? SoftTarget(row, DenseTarget(worker)) : Terms.TargetAt(index, Batch.ClassWeight(index));
        T* denseTarget = Batch.HasSoftTargets && !ModifiesSoftTargets
            ? Batch.TargetProbabilities + ((long)row * Classes)
            : DenseTarget(worker);
        T max = SoftmaxRow<TSimd, TVector, T>.Largest(logits, Classes);
        double denseGap = HasDenseTarget ? DenseGap(denseTarget, logits, max) : 0;
        int prediction = Prediction<TSimd, TVector>(logits, ref max, target.Class);
        double spread = Outputs.Entropies == null ? 0 : SoftmaxRow<TSimd, TVector, T>.Spread(logits, Classes, LowestNumber<T>.OrAbove(max));
        if (Outputs.TargetRanks != null)
        {
            Outputs.TargetRanks[row] = Rank<TSimd, TVector>(logits, target.Class);
        }

        RowSoftmax softmax = Exponentiate<TSimd, TVector>(logits, max, target.Class, exponentials);
        if (double.IsNaN(softmax.Sum) && T.IsFinite(max))
        {
            // the exponential of a NaN is the only NaN below a finite maximum
            prediction = FirstNaN(exponentials);
        }
        else if (softmax.Sum == 0)
        {
            prediction = 0;
        }

        double logSumExp = softmax.LogSumExp;
        double crossEntropy = target.CrossEntropy(softmax, denseGap);
        double rowWeight = Batch.RowWeight(row);
        Losses[row] = new(rowWeight, crossEntropy, logSumExp, target.Class >= 0 && prediction == target.Class);
        Outputs.WriteRow(row, Terms.Loss(crossEntropy, logSumExp), logSumExp, prediction);
        if (Outputs.Entropies != null)
        {
            Outputs.WriteEntropy(row, softmax.Entropy(spread));
        }

        if (Outputs.GradientNorms != null)
        {
            RowFactors unreduced = RowFactors.Unreduced(Terms, target, softmax, rowWeight);
            double norm = double.IsInfinity(unreduced.Exponential) && softmax.Sum > 0
                ? double.PositiveInfinity
                : Norm(exponentials, Slopes(worker), denseTarget, target, unreduced);
            Outputs.WriteNorm(row, norm);
        }

        if (Gradient != null)
        {
            RowFactors factors = new(Terms, target, softmax, rowWeight);
            WriteGradient(exponentials, Slopes(worker), denseTarget, target, factors, hasProbabilities: softmax.Sum > 0);
        }
    }

    /// <summary>The logits that the softmax sees; written over <paramref name="work"/> where they are not the caller's.</summary>
    private readonly T* Transform<TSimd, TVector>(T* logits, T* work, T* slopes)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        T scale = T.CreateTruncating(Terms.LogitScale);
        if (IsCapped)
        {
            SoftmaxRow<TSimd, TVector, T>.Softcap(logits, Classes, scale, T.CreateTruncating(Terms.LogitSoftcap), work, slopes);
            return work;
        }

        if (scale == T.One)
        {
            return logits;
        }

        TensorPrimitives.Multiply(new ReadOnlySpan<T>(logits, Classes), scale, new Span<T>(work, Classes));
        return work;
    }

    private readonly bool ModifiesSoftTargets => Terms.Smoothing > 0 || Batch.ClassWeights != null;

    private readonly RowTarget SoftTarget(int row, T* modified)
    {
        T* probabilities = Batch.TargetProbabilities + ((long)row * Classes);
        CompensatedSum sum = default;
        for (int c = 0; c < Classes; c++)
        {
            double weight = double.CreateTruncating(probabilities[c]);
            if (ModifiesSoftTargets)
            {
                weight = Batch.ClassWeight(c) * ((weight * (1 - Terms.Smoothing)) + (Terms.Smoothing / Classes));
                modified[c] = T.CreateTruncating(weight);
            }

            sum.Add(weight);
        }

        return new(Class: -1, Spike: 0, sum.Total, DenseAtClass: 0);
    }

    /// <summary>
    /// Sum of a_c (m - z_c): how far below the largest logit the dense target's classes are. A weight of 0 adds nothing, also at -infinity.
    /// </summary>
    private readonly double DenseGap(T* denseTarget, T* logits, T max)
    {
        double largest = double.CreateTruncating(max);
        CompensatedSum gap = default;
        for (int c = 0; c < Classes; c++)
        {
            double weight = double.CreateTruncating(denseTarget[c]);
            gap.Add(weight == 0 ? 0 : weight * (largest - double.CreateTruncating(logits[c])));
        }

        return gap.Total;
    }

    private readonly RowSoftmax Exponentiate<TSimd, TVector>(T* logits, T max, int target, T* exponentials)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        double targetLogit = target < 0 ? double.NegativeInfinity : double.CreateTruncating(logits[target]);
        double others = SoftmaxRow<TSimd, TVector, T>.Exponentials(logits, Classes, max, target, exponentials);
        RowSoftmax softmax = new(double.CreateTruncating(max), targetLogit, others);
        if (target >= 0)
        {
            exponentials[target] = T.CreateTruncating(softmax.TargetExponential);
        }

        return softmax;
    }

    /// <summary>
    /// The first class with the largest logit, -1 where only -infinity is. Without a wish for predictions, only far enough to tell whether
    /// it is the target. A NaN beside an infinite maximum takes its place; one beside a finite maximum is found later, by the sum.
    /// </summary>
    private readonly int Prediction<TSimd, TVector>(T* logits, ref T max, int target)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        int firstNaN = T.IsPositiveInfinity(max) ? FirstNaN(logits) : -1;
        if (firstNaN >= 0)
        {
            max = T.NaN;
            return firstNaN;
        }

        bool isWanted = Outputs.Predictions != null || (target >= 0 && logits[target] == max);
        int searched = Outputs.Predictions == null ? target + 1 : Classes;
        return isWanted ? SoftmaxRow<TSimd, TVector, T>.IndexOf(logits, searched, max) : -1;
    }

    /// <summary>
    /// How many classes stand before the target: where one is not finite, they are compared one by one.
    /// </summary>
    private readonly int Rank<TSimd, TVector>(T* logits, int target)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        T logit = logits[target];
        T suspect = T.Zero;
        int rank = SoftmaxRow<TSimd, TVector, T>.CountAbove(logits, target, T.BitDecrement(logit), ref suspect)
            + SoftmaxRow<TSimd, TVector, T>.CountAbove(logits + target, Classes - target, logit, ref suspect);
        if (T.IsNaN(suspect))
        {
            rank = 0;
            for (int c = 0; c < Classes; c++)
            {
                rank += ClassOrder.IsBefore((logits[c], c), (logit, target)) ? 1 : 0;
            }
        }

        return rank;
    }

    private readonly int FirstNaN(T* values)
    {
        int c = 0;
        while (c < Classes && !T.IsNaN(values[c]))
        {
            c++;
        }

        return c < Classes ? c : -1;
    }

    private readonly void WriteGradient(
        T* exponentials, T* slopes, T* denseTarget, RowTarget target, RowFactors factors, bool hasProbabilities)
    {
        Span<T> gradient = new(exponentials, Classes);
        T factor = T.CreateTruncating(factors.Exponential);
        if (T.IsInfinity(factor) && hasProbabilities && Terms.HasDivisors)
        {
            foreach (ref T element in gradient)
            {
                element = element == T.Zero ? element : element * factor;
            }
        }
        else
        {
            TensorPrimitives.Multiply(gradient, factor, gradient);
        }

        if (HasDenseTarget)
        {
            TensorPrimitives.MultiplyAddEstimate(
                new ReadOnlySpan<T>(denseTarget, Classes), T.CreateTruncating(-factors.TargetWeight), gradient, gradient);
        }

        if (target.Class >= 0)
        {
            gradient[target.Class] = T.CreateTruncating(factors.AtTarget);
        }

        if (IsCapped)
        {
            TensorPrimitives.Multiply(gradient, new ReadOnlySpan<T>(slopes, Classes), gradient);
        }
    }

    private readonly double Norm(T* exponentials, T* slopes, T* denseTarget, RowTarget target, RowFactors factors)
    {
        double sum = Squares(exponentials, slopes, denseTarget, target, factors, 1);
        int exponent = SquareSum.ExponentFor(sum);
        return exponent == 0
            ? Math.Sqrt(sum)
            : Math.ScaleB(Math.Sqrt(Squares(exponentials, slopes, denseTarget, target, factors, Math.ScaleB(1, -exponent))), exponent);
    }

    /// <summary>The sum of the squared residuals, each times a scale.</summary>
    private readonly double Squares(T* exponentials, T* slopes, T* denseTarget, RowTarget target, RowFactors factors, double scale)
    {
        double sum = 0;
        for (int c = 0; c < Classes; c++)
        {
            double residual = c == target.Class
                ? factors.AtTarget
                : (factors.Exponential * double.CreateTruncating(exponentials[c]))
                    - (HasDenseTarget ? factors.TargetWeight * double.CreateTruncating(denseTarget[c]) : 0);
            residual *= scale * (IsCapped ? double.CreateTruncating(slopes[c]) : 1);
            sum += residual * residual;
        }

        return sum;
    }
}
