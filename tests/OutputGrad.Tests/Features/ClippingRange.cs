using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using Xunit;

namespace OutputGrad.Tests.Features;

/// <summary>
/// Rows clipped to <see cref="CrossEntropyOptions.MaxRowGradientNorm"/> whose norms are far from 1: what is left of them in dL/dW and dL/db
/// is right to a small relative error, also where the factor is no number of the type.
/// </summary>
public abstract class ClippingRange<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly double[] Limits = typeof(T) == typeof(float) ? [1.3, 1e10] : [1.3, 1e100, 1e-100];

    [Theory]
    [MemberData(nameof(ScaledRowKinds.Shapes), MemberType = typeof(ScaledRowKinds))]
    public void EveryRowIsCutToTheLimit(int rows, int classes, bool isTight)
    {
        foreach (ScaledRow[] kinds in ScaledRowKinds.Batches<T>(rows))
        {
            foreach (double limit in Limits)
            {
                ScaledRows<T> problem = new(kinds, classes, limit);
                LayerBatch<T> batch = isTight ? problem.InLittleWorkspace() : problem.Batch;

                Check(problem, batch.Run().Weights);
            }
        }
    }

    /// <summary>With a bias, whose part of the gradient is the residuals themselves. The weights of the other rows are 0.</summary>
    [Theory]
    [MemberData(nameof(ScaledRowKinds.Shapes), MemberType = typeof(ScaledRowKinds))]
    public void SoIsItsPartOfTheBiasGradient(int rows, int classes, bool isTight)
    {
        foreach (ScaledRow kind in ScaledRowKinds.Kinds<T>())
        {
            int shown = rows / 2;
            ScaledRow[] kinds = [.. Enumerable.Range(0, rows).Select(n => n == shown ? kind : new(0, 0, 0))];
            ScaledRows<T> problem = new(kinds, classes, limit: 1.3, biased: true);

            T[] gradient = (isTight ? problem.InLittleWorkspace() : problem.Batch).Run().Bias;

            for (int c = 0; c < classes; c++)
            {
                double expected = problem.Residual(shown, c) * problem.ClipFactor(shown);
                Near.Equal(expected, gradient[c], problem.ClippedError * Math.Abs(expected), $"bias gradient of class {c}, {kind}");
            }
        }
    }

    /// <summary>
    /// The factor is 1e-76, below every float (1e-300 in double, where norms end), and the clipped row as long as the limit.
    /// </summary>
    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(20)]
    public void AFactorBelowTheTypeIsNotZero(int rows)
    {
        double huge = typeof(T) == typeof(float) ? 1e38 : 1e150;
        ScaledRow kind = new((int)Math.Floor(Math.Log2(huge)), huge, 0);
        ScaledRows<T> problem = new([.. Enumerable.Repeat(kind, rows)], 40, limit: 1.3);

        T[] gradient = problem.Batch.Run().Weights;

        Check(problem, gradient);
        double[] first = [.. Enumerable.Range(0, 40).Select(c => double.CreateChecked(gradient[c * rows]))];
        Near.Equal(1.3, Math.Sqrt(first.Sum(g => g * g)), 1.3 * problem.ClippedError, "length of the first row's gradient");
    }

    /// <summary>The printed case: residuals of (-1/2, 1/2), a hidden vector of one number.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(20)]
    public void AHugeHiddenVectorIsCutToTheLimit(int rows)
    {
        double huge = typeof(T) == typeof(float) ? 1e38 : 1e160;
        LayerBatch<T> batch = new()
        {
            Features = 1,
            Hidden = [T.CreateChecked(huge), .. new T[rows - 1]],
            Weights = new T[2],
            Targets = new int[rows],
            Options = new() { Reduction = Reduction.Sum, MaxRowGradientNorm = 2 },
        };

        T[] gradient = batch.Run().Weights;

        double expected = Math.Sqrt(2);
        Near.Equal(-expected, gradient[0], 40 * Near.Roundoff<T>() * expected, "weight gradient of the true class");
        Near.Equal(expected, gradient[1], 40 * Near.Roundoff<T>() * expected, "weight gradient of the other class");
    }

    /// <summary>A step hands its update the same numbers.</summary>
    [Theory]
    [MemberData(nameof(ScaledRowKinds.Shapes), MemberType = typeof(ScaledRowKinds))]
    public void AStepIsClippedAlike(int rows, int classes, bool isTight)
    {
        foreach (ScaledRow[] kinds in ScaledRowKinds.Batches<T>(rows))
        {
            ScaledRows<T> problem = new(kinds, classes, limit: 1.3);
            LayerBatch<T> batch = isTight ? problem.InLittleWorkspace() : problem.Batch;
            T[] weights = [.. batch.Weights];
            RecordingUpdate<T> update = new(weights.Length);

            LinearCrossEntropy.Step<T, RecordingUpdate<T>>(weights, default, batch.Labeled(), update, options: batch.Options);

            Check(problem, update.Gradient);
        }
    }

    private static void Check(ScaledRows<T> problem, T[] gradient)
    {
        int rows = problem.Batch.Rows;
        string shape = $"{rows} rows, {problem.Classes} classes, limit {problem.Batch.Options.MaxRowGradientNorm}";
        for (int n = 0; n < rows; n++)
        {
            for (int c = 0; c < problem.Classes; c++)
            {
                double expected = problem.WeightGradient(n, c);
                T found = gradient[(c * rows) + n];
                Near.Equal(expected, found, problem.ClippedError * Math.Abs(expected), $"weight gradient of class {c} by row {n}, {shape}");
            }
        }
    }
}

public sealed class ClippingRangeInFloat : ClippingRange<float>;

public sealed class ClippingRangeInDouble : ClippingRange<double>;
