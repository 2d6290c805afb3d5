using OutputGrad.Tests.Support;
using Xunit;

namespace OutputGrad.Tests.Accuracy;

/// <summary>
/// Where bounds that numerics.md states are tightest: equal terms that all round the same way, and squares whose sum alone is out of range.
/// </summary>
public sealed class EdgesOfTheBounds
{
    private static readonly CrossEntropyOptions Sum = new() { Reduction = Reduction.Sum };

    /// <summary>One logit of 0 among equal ones far below: S' is V - 1 times one number.</summary>
    [Theory]
    [InlineData(1_025, 11.254946056872116)]
    [InlineData(1_000_000, 24.978701611970877)]
    public void EqualExponentialsOfAClassIndexFromLogits(int classes, double below)
    {
        double[] logits = new double[classes], gradient = new double[classes];
        Array.Fill(logits, -below);
        logits[classes / 3] = 0;
        double others = (classes - 1) * Math.Exp(-below);

        SoftmaxCrossEntropy.LossAndGradient<double>(logits, [classes / 3], gradient, Sum);

        double residual = others / (1 + others);
        Near.Equal(-residual, gradient[classes / 3], Bound(classes) * residual, "residual of the true class");
    }

    [Fact]
    public void EqualExponentialsOfASoftTargetFromLogits()
    {
        const int Classes = 1_000_000;
        double[] logits = new double[Classes], target = new double[Classes];
        Array.Fill(logits, -14.763376608473889);
        (logits[Classes / 3], target[Classes / 3]) = (0, 1);
        double loss = Math.Log(1 + ((Classes - 1) * Math.Exp(-14.763376608473889)));

        Near.Equal(loss, SoftmaxCrossEntropy.Loss<double>(logits, target, 1, Sum).Loss, (Bound(Classes) * loss) + Math.Pow(2, -53), "loss");
    }

    /// <summary>The squares of either block are a number, their sum is none; the norm is 1.7e151.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    public void SquaresWhoseSumOverBlocksIsBeyondTheRange(int rows)
    {
        const int Classes = 513;
        double[] target = new double[rows * Classes], hidden = new double[rows], norms = new double[rows];
        for (int n = 0; n < rows; n++)
        {
            (target[n * Classes], target[(n * Classes) + 512], hidden[n]) = (1.2e154, 1.2e154, 1e-3);
        }

        LinearCrossEntropy.Loss(
            new OutputLayer<double>(new double[Classes]),
            new LabeledBatch<double>(hidden, target, rows),
            Sum,
            new RowResults<double> { GradientNorms = norms });

        Assert.All(norms, norm => Near.Equal(1.6937449423760835e151, norm, 1e-14 * 1.7e151, "norm"));
    }

    /// <summary>A norm of 7.07e-281 and a limit of 1e-290: the factor is 1.4e-10, but the limit over the scaled root is none.</summary>
    [Fact]
    public void ALimitFarBelowOne()
    {
        double[] gradient = new double[2];
        LinearCrossEntropy.LossAndGradient(
            new OutputLayer<double>(new double[2]),
            new LabeledBatch<double>([1e-140], [0]) { RowWeights = [1e-140] },
            new OutputGradients<double> { Weights = gradient },
            Sum with { MaxRowGradientNorm = 1e-290 });

        Near.Equal(-Math.Sqrt(.5) * 1e-290, gradient[0], 1e-304, "clipped gradient");
    }

    /// <summary>A factor below the normal floats, of a bias: 1e18 / 2 times 1e-10 / norm.</summary>
    [Fact]
    public void AFactorBelowTheTypeOfABias()
    {
        float[] weights = new float[2], biases = new float[2];
        LinearCrossEntropy.LossAndGradient(
            new OutputLayer<float>(new float[2], new float[2]),
            new LabeledBatch<float>([1e17f], [0]) { RowWeights = [1e18f] },
            new OutputGradients<float> { Weights = weights, Bias = biases },
            Sum with { MaxRowGradientNorm = 1e-10 });

        Near.Equal(-7.0710678e-28, biases[0], 1e-33, "bias gradient");
    }

    /// <summary>A target of 0 at a class whose weight no float holds.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    public void ATargetOfZeroAtAClassOfHugeWeight(int rows)
    {
        float[] target = new float[3 * rows];
        for (int n = 0; n < rows; n++)
        {
            target[3 * n] = 1;
        }

        double loss = LinearCrossEntropy.Loss(
            new OutputLayer<float>(new float[3]),
            new LabeledBatch<float>(new float[rows], target, rows),
            new() { ClassWeights = new double[] { 1, 1, 1e300 } }).Loss;

        Near.Equal(Math.Log(3), loss, 1e-6, "loss");
    }

    private static double Bound(int classes) => (16 + Math.Log2(classes)) * Math.Pow(2, -53);
}
