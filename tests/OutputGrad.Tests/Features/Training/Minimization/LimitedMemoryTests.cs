using OutputGrad.Tests.Support;
using OutputGrad.Training.Minimization;
using Xunit;

namespace OutputGrad.Tests.Features.Training.Minimization;

/// <summary>The estimate of the inverse of the Hessian: it knows the newest step, and of no step whose curvature says nothing.</summary>
public class LimitedMemoryTests
{
    private const int Features = 4;
    private const int Classes = 3;
    private const int Length = Features * Classes;

    private readonly Random _random = new(1);
    private readonly LimitedMemory<double> _memory;

    public LimitedMemoryTests()
    {
        FeatureMoments moments = FeatureMoments.Of(new ClusteredRows<double>(20, Features, Classes).Batch, ignoreIndex: -100);
        _memory = new(new(Length, 1), new(moments, Classes, l2: .1, logitScale: 1, hasBias: false), Length, history: 3);
    }

    /// <summary>The secant equation, H y = s: for the gradient y the direction is -s. More pairs are told than there is room for.</summary>
    [Fact]
    public void TheNewestStepIsThatOfItsChangeOfTheGradient()
    {
        double[] curvatures = Numbers(.5, 2);
        for (int pair = 0; pair < 5; pair++)
        {
            double[] from = Numbers(-1, 1), to = Numbers(-1, 1);
            double[] Gradient(double[] point) => [.. point.Zip(curvatures, (x, curvature) => curvature * x)];
            _memory.Remember(from, to, Gradient(from), Gradient(to));
            _memory.FindDirection([.. Gradient(to).Zip(Gradient(from), (after, before) => after - before)]);

            Near.Equal([.. from.Zip(to, (before, after) => before - after)], _memory.Direction, _ => 1e-12, "direction");
        }
    }

    /// <summary>Curvature that is negative or none, as where the gradient does not change at all.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void StepsWithoutPositiveCurvatureAreNotRemembered(double curvature)
    {
        double[] step = Numbers(.5, 2);
        _memory.Remember(new double[Length], step, new double[Length], [.. step.Select(x => curvature * x)]);

        Assert.True(_memory.IsEmpty);
        _memory.FindDirection(step);
        Assert.All(_memory.Direction, x => Assert.InRange(x, double.MinValue, -double.Epsilon));
    }

    private double[] Numbers(double least, double most) =>
        [.. Enumerable.Range(0, Length).Select(_ => least + ((most - least) * _random.NextDouble()))];
}
