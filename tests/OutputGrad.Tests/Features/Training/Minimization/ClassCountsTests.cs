using OutputGrad.Training.Minimization;
using Xunit;

namespace OutputGrad.Tests.Features.Training.Minimization;

public class ClassCountsTests
{
    private static readonly ClassCounts Counts = ClassCounts.Of(new LabeledBatch<float>(new float[5], (int[])[0, 3, 0, -100, 0]), 4, -100);

    /// <summary>Rows over classes times the rows of a class: 4 / (4 x 3), 4 / (4 x 1), and nothing where no row is.</summary>
    [Fact]
    public void EveryClassWithRowsCountsTheSame()
    {
        Assert.Equal(4, Counts.Rows);
        Assert.Equal([1.0 / 3, 0, 0, 1], Counts.Balance([]));
    }

    [Fact]
    public void WeightsThatAreThereMultiply() => Assert.Equal([2.0 / 3, 0, 0, 7], Counts.Balance([2, 3, 5, 7]));
}
