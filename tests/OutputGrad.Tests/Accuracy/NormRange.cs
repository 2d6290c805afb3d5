using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using Xunit;

namespace OutputGrad.Tests.Accuracy;

/// <summary>
/// <see cref="RowResults{T}.GradientNorms"/> over the whole range of the type: small relative errors wherever the norm is a number of the
/// type, whether or not the squares of residuals and hidden numbers are.
/// </summary>
public abstract class NormRange<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [Theory]
    [MemberData(nameof(ScaledRowKinds.Shapes), MemberType = typeof(ScaledRowKinds))]
    public void NormsOfALayer(int rows, int classes, bool isTight)
    {
        foreach (ScaledRow[] kinds in ScaledRowKinds.Batches<T>(rows))
        {
            ScaledRows<T> problem = new(kinds, classes);
            Check(problem, (isTight ? problem.InLittleWorkspace() : problem.Batch).Run().Rows.GradientNorms, problem.Norm);
        }
    }

    /// <summary>A bias adds |g|^2 to the square: beside a hidden vector of 2^-532 it is all there is.</summary>
    [Theory]
    [MemberData(nameof(ScaledRowKinds.Shapes), MemberType = typeof(ScaledRowKinds))]
    public void NormsOfALayerWithABias(int rows, int classes, bool isTight)
    {
        foreach (ScaledRow[] kinds in ScaledRowKinds.Batches<T>(rows))
        {
            ScaledRows<T> problem = new(kinds, classes, biased: true);
            Check(problem, (isTight ? problem.InLittleWorkspace() : problem.Batch).Run().Rows.GradientNorms, problem.Norm);
        }
    }

    [Theory]
    [InlineData(2)]
    [InlineData(40)]
    [InlineData(1_100)]
    public void NormsFromLogits(int classes)
    {
        ScaledRows<T> problem = new(ScaledRowKinds.Kinds<T>(), classes);
        LayerBatch<T> batch = problem.Batch;
        RowOutcome<T> forward = batch.RowOutcome(), rows = batch.RowOutcome();

        SoftmaxCrossEntropy.Loss(problem.Logits, batch.Targets!, batch.Options, batch.RowWeights, forward.Destination);
        SoftmaxCrossEntropy.LossAndGradient(
            problem.Logits, batch.Targets!, problem.Logits, batch.Options, batch.RowWeights, rows.Destination);

        Check(problem, rows.GradientNorms, problem.LogitNorm);
        Exactly.SameBits<T>(rows.GradientNorms, forward.GradientNorms, "norms without a gradient");
    }

    /// <summary>A hidden vector of equal numbers and residuals (-1/2, 1/2): a norm of sqrt(D / 2) times the number.</summary>
    [Theory]
    [InlineData(1e160)]
    [InlineData(1e-160)]
    [InlineData(1e300)]
    [InlineData(1e-300)]
    [InlineData(1e38)]
    [InlineData(1e-37)]
    public void HiddenVectorsOfSeveralNumbers(double number)
    {
        T size = T.CreateTruncating(number);
        if (!T.IsNormal(size))
        {
            return; // no float is so large or so small
        }

        foreach (int rows in (int[])[1, 3, 20])
        {
            foreach (int features in (int[])[1, 2, 5])
            {
                T[] hidden = new T[rows * features];
                Array.Fill(hidden, size);
                LayerBatch<T> batch = new()
                {
                    Features = features,
                    Hidden = hidden,
                    Weights = new T[2 * features],
                    Targets = new int[rows],
                };
                double expected = Math.Sqrt(features / 2.0) * double.CreateChecked(size);

                Assert.All(batch.Run().Rows.GradientNorms, norm => Near.Equal(
                    expected, norm, 24 * Near.Roundoff<T>() * expected, $"norm of {rows} rows of {features} times {number}"));
            }
        }
    }

    private static void Check(ScaledRows<T> problem, T[] norms, Func<int, double> expected)
    {
        for (int n = 0; n < norms.Length; n++)
        {
            Assert.True(double.CreateChecked(T.CreateSaturating(expected(n))) > 0 && double.IsFinite(expected(n)));
            string what = $"norm of row {n} of {norms.Length} and {problem.Classes} classes";
            Near.Equal(expected(n), norms[n], problem.NormError * expected(n), what);
        }
    }
}

public sealed class NormRangeInFloat : NormRange<float>;

public sealed class NormRangeInDouble : NormRange<double>;
