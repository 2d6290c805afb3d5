using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.Intrinsics;

namespace OutputGrad.Engine;

/// <summary>
/// Softmax cross-entropy and its gradient from a matrix of logits, a row at a time: one sweep for the maximum, one for the exponentials and their
/// sum, one for the gradient, while the row stays in cache.
/// </summary>
/// <remarks>The formulas are in <see cref="LossTerms"/>, <see cref="RowSoftmax"/> and <see cref="RowFactors"/>.</remarks>
internal unsafe struct LogitsPass<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public required BatchMemory<T> Batch;
    public required T* Logits;
    public required T* Gradient;
    public required RowOutputs<T> Outputs;
    public required LossTerms Terms;

    /// <summary>The rows of classes that are rented beside the arguments, at most.</summary>
    public const int ScratchRows = 3;

    private T* _exponentials;
    private T* _slopes;
    private T* _denseTarget;

    private readonly int Classes => Batch.Classes;

    private readonly bool HasDenseTarget => Batch.HasSoftTargets || Terms.Smoothing > 0;

    private readonly bool IsCapped => Terms.LogitSoftcap > 0;

    public void Run(ref LossSums sums)
    {
        bool needsScratch = Gradient == null || HasDenseTarget || IsCapped;
        T[] scratch = needsScratch ? ArrayPool<T>.Shared.Rent(ScratchRows * Classes) : [];
        try
        {
            fixed (T* start = scratch)
            {
                _exponentials = start;
                _slopes = start + Classes;
                _denseTarget = start + (2L * Classes);
                if (Vector512.IsHardwareAccelerated)
                {
                    RunRows<Simd512<T>, Vector512<T>>(ref sums);
                }
                else
                {
                    RunRows<SimdNative<T>, Vector<T>>(ref sums);
                }
            }
        }
        finally
        {
            if (needsScratch)
            {
                ArrayPool<T>.Shared.Return(scratch);
            }
        }
    }

    private void RunRows<TSimd, TVector>(ref LossSums sums)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        if (!Batch.HasSoftTargets && HasDenseTarget)
        {
            for (int c = 0; c < Classes; c++)
            {
                _denseTarget[c] = T.CreateTruncating(Batch.ClassWeight(c) * Terms.Smoothing / Classes);
            }
        }

        for (int row = 0; row < Batch.Rows; row++)
        {
            if (!Batch.HasSoftTargets && Batch.Targets[row] == Terms.IgnoreIndex)
            {
                Outputs.Ignore(row);
                if (Gradient != null)
                {
                    new Span<T>(Gradient + ((long)row * Classes), Classes).Clear();
                }
            }
            else
            {
                RunRow<TSimd, TVector>(row, ref sums);
            }
        }
    }

    private readonly void RunRow<TSimd, TVector>(int row, ref LossSums sums)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        T* exponentials = Gradient == null ? _exponentials : Gradient + ((long)row * Classes);
        T* logits = Transform<TSimd, TVector>(Logits + ((long)row * Classes), exponentials);
        RowTarget target = Batch.HasSoftTargets ? SoftTarget(row) : Terms.TargetAt(Batch.Targets[row], Batch.ClassWeight(Batch.Targets[row]));
        T* denseTarget = Batch.HasSoftTargets && !ModifiesSoftTargets ? Batch.TargetProbabilities + ((long)row * Classes) : _denseTarget;
        T max = SoftmaxRow<TSimd, TVector, T>.Largest(logits, Classes);
        double denseGap = HasDenseTarget ? DenseGap(denseTarget, logits, max) : 0;
        int prediction = Prediction<TSimd, TVector>(logits, max, target.Class);

        RowSoftmax softmax = Exponentials<TSimd, TVector>(logits, max, target.Class, exponentials);
        if (double.IsNaN(softmax.Sum) && !T.IsPositiveInfinity(max))
        {
            prediction = FirstNaN(exponentials);
        }
        else if (softmax.Sum == 0)
        {
            prediction = 0;
        }

        double logSumExp = softmax.LogSumExp;
        double crossEntropy = target.CrossEntropy(softmax, denseGap);
        double rowWeight = Batch.RowWeight(row);
        sums.AddRow(rowWeight, crossEntropy, logSumExp);
        if (target.Class >= 0 && prediction == target.Class)
        {
            sums.AddCorrect();
        }

        Outputs.Count(row, Terms.Loss(crossEntropy, logSumExp), logSumExp, prediction);
        if (Outputs.GradientNorms != null)
        {
            Outputs.CountNorm(row, Norm(exponentials, denseTarget, target, RowFactors.Unreduced(Terms, target, softmax, rowWeight)));
        }

        if (Gradient != null)
        {
            WriteGradient(exponentials, denseTarget, target, new RowFactors(Terms, target, softmax, rowWeight));
        }
    }

    /// <summary>The logits that the softmax sees; written over <paramref name="work"/> where they are not the caller's.</summary>
    private readonly T* Transform<TSimd, TVector>(T* logits, T* work)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        T scale = T.CreateTruncating(Terms.LogitScale);
        if (IsCapped)
        {
            SoftmaxRow<TSimd, TVector, T>.Softcap(logits, Classes, scale, T.CreateTruncating(Terms.LogitSoftcap), work, _slopes);
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

    private readonly RowTarget SoftTarget(int row)
    {
        T* probabilities = Batch.TargetProbabilities + ((long)row * Classes);
        double sum = 0;
        for (int c = 0; c < Classes; c++)
        {
            double weight = double.CreateTruncating(probabilities[c]);
            if (ModifiesSoftTargets)
            {
                weight = Batch.ClassWeight(c) * ((weight * (1 - Terms.Smoothing)) + (Terms.Smoothing / Classes));
                _denseTarget[c] = T.CreateTruncating(weight);
            }

            sum += weight;
        }

        return new(Class: -1, Spike: 0, sum, DenseAtClass: 0);
    }

    /// <summary>Sum of a_c (m - z_c): how far below the largest logit the dense target's classes are. A weight of 0 adds nothing, also at -infinity.</summary>
    private readonly double DenseGap(T* denseTarget, T* logits, T max)
    {
        double largest = double.CreateTruncating(max);
        double gap = 0;
        for (int c = 0; c < Classes; c++)
        {
            double weight = double.CreateTruncating(denseTarget[c]);
            gap += weight == 0 ? 0 : weight * (largest - double.CreateTruncating(logits[c]));
        }

        return gap;
    }

    private readonly RowSoftmax Exponentials<TSimd, TVector>(T* logits, T max, int target, T* exponentials)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        if (target < 0)
        {
            return new(double.CreateTruncating(max), double.NegativeInfinity)
            {
                Others = SoftmaxRow<TSimd, TVector, T>.Exponentials(logits, Classes, max, exponentials),
            };
        }

        RowSoftmax softmax = new(double.CreateTruncating(max), double.CreateTruncating(logits[target]));
        int after = target + 1;
        softmax.Others = SoftmaxRow<TSimd, TVector, T>.Exponentials(logits, target, max, exponentials)
            + SoftmaxRow<TSimd, TVector, T>.Exponentials(logits + after, Classes - after, max, exponentials + after);
        exponentials[target] = T.CreateTruncating(softmax.TargetExponential);
        return softmax;
    }

    /// <summary>
    /// The first class with the largest logit, -1 where only -infinity is. Without a wish for predictions, only far enough to tell whether it is
    /// the target. A NaN beside a finite maximum is found later, by the sum.
    /// </summary>
    private readonly int Prediction<TSimd, TVector>(T* logits, T max, int target)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        if (Outputs.Predictions == null && (target < 0 || logits[target] != max))
        {
            return -1;
        }

        int firstNaN = T.IsPositiveInfinity(max) ? FirstNaN(logits) : -1;
        int searched = Outputs.Predictions == null ? target + 1 : Classes;
        return firstNaN >= 0 ? firstNaN : SoftmaxRow<TSimd, TVector, T>.IndexOf(logits, searched, max);
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

    private readonly void WriteGradient(T* exponentials, T* denseTarget, RowTarget target, RowFactors factors)
    {
        Span<T> gradient = new(exponentials, Classes);
        TensorPrimitives.Multiply(gradient, T.CreateTruncating(factors.Exponential), gradient);
        if (HasDenseTarget)
        {
            TensorPrimitives.MultiplyAddEstimate(new ReadOnlySpan<T>(denseTarget, Classes), T.CreateTruncating(-factors.TargetWeight), gradient, gradient);
        }

        if (target.Class >= 0)
        {
            gradient[target.Class] = T.CreateTruncating(factors.AtTarget);
        }

        if (IsCapped)
        {
            TensorPrimitives.Multiply(gradient, new ReadOnlySpan<T>(_slopes, Classes), gradient);
        }
    }

    private readonly double Norm(T* exponentials, T* denseTarget, RowTarget target, RowFactors factors)
    {
        double sum = 0;
        for (int c = 0; c < Classes; c++)
        {
            double residual = c == target.Class
                ? factors.AtTarget
                : (factors.Exponential * double.CreateTruncating(exponentials[c]))
                    - (HasDenseTarget ? factors.TargetWeight * double.CreateTruncating(denseTarget[c]) : 0);
            residual *= IsCapped ? double.CreateTruncating(_slopes[c]) : 1;
            sum += residual * residual;
        }

        return Math.Sqrt(sum);
    }
}
