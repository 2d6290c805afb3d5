using OutputGrad.Training.Minimization;
using Xunit;

namespace OutputGrad.Tests.Features.Training.Minimization;

/// <summary>A point is one to go on from only where both the objective and its whole gradient are numbers.</summary>
public class ObjectiveValueTests
{
    [Theory]
    [InlineData(1, 1, true)]
    [InlineData(0, 0, true)]
    [InlineData(double.NaN, 1, false)]
    [InlineData(double.PositiveInfinity, 1, false)]
    [InlineData(1, double.NaN, false)]
    [InlineData(1, double.PositiveInfinity, false)]
    public void ItIsFiniteWhereBothAre(double objective, double largestSlope, bool isFinite) =>
        Assert.Equal(isFinite, new ObjectiveValue(objective, Loss: 1, largestSlope).IsFinite);
}
