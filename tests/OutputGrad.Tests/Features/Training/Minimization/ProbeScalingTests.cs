using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Training.Minimization;
using Xunit;

namespace OutputGrad.Tests.Features.Training.Minimization;

/// <summary>The first estimate is the inverse of the Hessian that it is said to be, for the moments of the rows that count.</summary>
public abstract class ProbeScalingTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Features = 5;
    private const int Classes = 3;
    private const double L2 = .02;
    private const double LogitScale = 3;

    /// <summary>Multiplied by the Hessian in W and c, with the change of variables around it, it gives back what was there.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ItUndoesTheHessian(bool hasBias)
    {
        ClusteredRows<T> rows = new(40, Features, Classes);
        FeatureMoments moments = FeatureMoments.Of(rows.Batch, ignoreIndex: -100);
        ProbeScaling<T> scaling = new(moments, Classes, L2, LogitScale, hasBias);
        Random random = new(1);
        double[] step = [.. Enumerable.Range(0, Classes * (Features + (hasBias ? 1 : 0))).Select(_ => random.NextDouble() - .5)];

        T[] vector = Near.Rounded<T>(Hessian(step, moments, hasBias));
        scaling.Apply(vector);

        Near.Equal(step, Near.Doubles<T>(vector), _ => 100 * double.CreateTruncating(T.BitIncrement(T.One) - T.One), "step");
    }

    /// <summary>Rows by index, ignored rows, soft targets and 16 bits: against sums over copies.</summary>
    [Fact]
    public void MomentsAreThoseOfTheRowsThatCount()
    {
        ClusteredRows<T> rows = new(40, Features, Classes);
        int[] picked = [7, 3, 3, 39, 12, 0];
        rows.Targets[12] = -1;
        Half[] half = Array.ConvertAll(rows.Hidden, Half.CreateTruncating);
        ushort[] brain =
            Array.ConvertAll(rows.Hidden, number => (ushort)(BitConverter.SingleToUInt32Bits(float.CreateTruncating(number)) >> 16));

        Check(FeatureMoments.Of(new LabeledBatch<T>(rows.Hidden, rows.Targets), -1), [.. Enumerable.Range(0, 40).Where(row => row != 12)]);
        Check(FeatureMoments.Of(new LabeledBatch<T>(rows.Hidden, rows.Targets) { RowIndices = picked }, -1), [7, 3, 3, 39, 0]);
        Check(FeatureMoments.Of(LabeledBatch<T>.FromHalf(half, rows.Targets) with { RowIndices = picked }, -1), [7, 3, 3, 39, 0]);
        Check(FeatureMoments.Of(LabeledBatch<T>.FromBFloat16(brain, rows.Targets) with { RowIndices = picked }, -1), [7, 3, 3, 39, 0]);
        Check(FeatureMoments.Of(new LabeledBatch<T>(rows.Hidden, new T[40 * Classes], 40), -1), [.. Enumerable.Range(0, 40)]);

        void Check(FeatureMoments moments, int[] of)
        {
            for (int d = 0; d < Features; d++)
            {
                double[] numbers = [.. of.Select(row => double.CreateTruncating(rows.Hidden[(row * Features) + d]))];
                Assert.Equal(numbers.Average(), moments.Means[d], 1e-14);
                Assert.Equal(numbers.Average(number => number * number), moments.MeanSquares[d], 1e-14);
            }
        }
    }

    /// <summary>Features without variance and without a penalty, the smallest and the largest: nothing becomes infinite.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1e-37)]
    [InlineData(1e37)]
    public void ScalesStayFinite(double size)
    {
        T[] hidden = [T.CreateChecked(size), T.CreateChecked(-size)];
        ProbeScaling<T> scaling = new(FeatureMoments.Of(new LabeledBatch<T>(hidden, [0, 1]), -100), 2, l2: 0, 1, hasBias: true);
        T[] vector = [T.CreateChecked(size), T.CreateChecked(-size), T.One, -T.One];

        scaling.Apply(vector);

        Assert.All(vector, number => Assert.True(T.IsFinite(number)));
    }

    /// <summary>From a step in W and b to the gradient that it makes, by way of c = b + W m.</summary>
    private static double[] Hessian(double[] step, FeatureMoments moments, bool hasBias)
    {
        double[] means = hasBias ? moments.Means : new double[Features];
        double variance = Enumerable.Range(0, Features).Average(d => moments.MeanSquares[d] - (means[d] * means[d]));
        double curvature = LogitScale * LogitScale / Classes;
        double[] gradient = new double[step.Length];
        for (int c = 0; c < Classes; c++)
        {
            double centered = hasBias ? step[(Classes * Features) + c] : 0;
            for (int d = 0; d < Features; d++)
            {
                centered += step[(c * Features) + d] * means[d];
            }

            for (int d = 0; d < Features; d++)
            {
                int i = (c * Features) + d;
                gradient[i] = (((4 * variance * curvature) + L2) * step[i]) + (curvature * centered * means[d]);
            }

            if (hasBias)
            {
                gradient[(Classes * Features) + c] = curvature * centered;
            }
        }

        return gradient;
    }
}

public sealed class ProbeScalingTestsInFloat : ProbeScalingTests<float>;

public sealed class ProbeScalingTestsInDouble : ProbeScalingTests<double>;
