using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Oracle;
using Xunit;

namespace OutputGrad.Tests.Meaning.Conformance;

public abstract class ExtremeLogitCases<T, TEntry> : ConformanceCases<T, TEntry>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TEntry : IEntryPoint
{
    [Theory]
    [InlineData(Reduction.Mean)]
    [InlineData(Reduction.Sum)]
    public void Case29_AOneClassProblemHasNoLoss(Reduction reduction)
    {
        LogitOutcome<T> outcome = Run([3.5, -1e30], [0, 0], new() { Reduction = reduction });

        Assert.Equal(0, outcome.Result.Loss);
        Assert.Equal(2, outcome.Result.Correct);
        AllZero(outcome.Gradient);
        AllZero(outcome.Rows.Losses);
        AllZero(outcome.Rows.GradientNorms);
    }

    [Theory]
    [InlineData(-1e8)]
    [InlineData(-3e38)]
    [InlineData(0)]
    [InlineData(1e-30)]
    [InlineData(1e8)]
    [InlineData(1e30)]
    [InlineData(3e38)]
    public void Case30_EqualLogitsAreAFairCoinAtEveryShift(double shift)
    {
        LogitOutcome<T> outcome = Run([shift, shift], [0]);

        Printed(.6931472, outcome.Result.Loss, 5e-8);
        Assert.Equal([T.CreateChecked(-.5), T.CreateChecked(.5)], outcome.Gradient);
    }

    [Fact]
    public void Case31_ConfidentRowsKeepTheirLossAndGradient()
    {
        LogitOutcome<T> outcome = Run([20, 0], [0]);

        Near.Equal(2.0611536e-9, outcome.Result.Loss, 5e-17 + (2e-6 * 2.0611536e-9), "loss");
        Near.Equal(-2.0611536e-9, outcome.Gradient[0], 5e-17 + (2e-6 * 2.0611536e-9), "gradient of the true class");
        Near.Equal(2.0611536e-9, outcome.Gradient[1], 5e-17 + (2e-6 * 2.0611536e-9), "gradient of the other class");
    }

    /// <summary>
    /// log1p(e^-gap) and -1 / (1 + e^gap) to 16 unit roundoffs, 1e-6 in float: an exponential, a sum, a division and a logarithm. The gaps
    /// are exact.
    /// </summary>
    [Fact]
    public void Case31_SoDoThoseOfEveryGap()
    {
        double widest = typeof(T) == typeof(float) ? 80 : 700;
        for (double gap = 0; gap <= widest; gap += .125)
        {
            LogitOutcome<T> outcome = Run([gap, 0], [0]);

            double loss = Logarithm.OfOnePlus(Math.Exp(-gap)), residual = 1 / (1 + Math.Exp(gap));
            double allowed = ErrorBounds<T>.Roundoffs * Near.Roundoff<T>();
            Near.Equal(loss, outcome.Result.Loss, allowed * loss, $"loss at gap {gap}");
            Near.Equal(-residual, outcome.Gradient[0], allowed * residual, $"gradient at gap {gap}");
            Near.Equal(residual, outcome.Gradient[1], allowed * residual, $"gradient of the other class at gap {gap}");
        }
    }

    [Fact]
    public void Case31_SoDoConfidentRowsOfManyClasses()
    {
        double[] logits = new double[200];
        logits[131] = 30;
        double others = 199 * Math.Exp(-30);

        LogitOutcome<T> outcome = Run(logits, [131]);

        double allowed = ErrorBounds<T>.Roundoffs * Near.Roundoff<T>() * others;
        Near.Equal(Logarithm.OfOnePlus(others), outcome.Result.Loss, allowed, "loss");
        Near.Equal(-others / (1 + others), outcome.Gradient[131], allowed, "gradient of the true class");
    }
}
