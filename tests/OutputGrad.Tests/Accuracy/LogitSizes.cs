using System.Numerics;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Oracle;
using Xunit;

namespace OutputGrad.Tests.Accuracy;

/// <summary>Every number of classes from 1 past a few vectors of every width, and the shapes beyond, against the oracle.</summary>
public abstract class LogitSizes<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [Fact]
    public void EveryClassCountAgreesWithTheOracle()
    {
        for (int classes = 1; classes <= 257; classes++)
        {
            for (int variety = 0; variety < 4; variety++)
            {
                Compare(seed: (classes * 4) + variety, rows: 1 + ((classes + variety) % 9), classes);
            }
        }
    }

    [Theory]
    [InlineData(70, 37)]
    [InlineData(3, 1023)]
    [InlineData(3, 1024)]
    [InlineData(3, 1025)]
    [InlineData(2, 5000)]
    public void LargerShapesAgreeWithTheOracle(int rows, int classes) => Compare(seed: rows + classes, rows, classes);

    [Fact]
    public void AQuarterOfAMillionClassesAgreeWithTheOracle()
    {
        const int Classes = 250_000;
        RandomBatches random = new(11);
        LogitBatch<T> flat = new() { Logits = random.Grid<T>(2 * Classes, 1 / 64.0, 1), Classes = Classes, Targets = [Classes - 1, 4711] };

        Run(flat);
        Run(flat with { Options = new() { LabelSmoothing = .1, ZLoss = 1e-4 } });
        Run(flat with { Logits = random.Grid<T>(2 * Classes, 1 / 64.0, 64) });
    }

    [Fact]
    public void LogitsOnNoGridCostOnlyTheRoundingOfTheirDifferences()
    {
        for (int classes = 2; classes <= 40; classes++)
        {
            RandomBatches random = new(classes);
            LogitBatch<T> batch =
                new() { Logits = random.Anywhere<T>(5 * classes, 30), Classes = classes, Targets = random.Targets(5, classes) };

            LogitOutcome<T> outcome = FromLogits.Run(batch);

            // z - max is at most 60 and rounds once, by 60 u at most.
            OracleComparison.Compare<T, FromLogits>(batch, outcome, _ => 60);
        }
    }

    private static void Compare(int seed, int rows, int classes) => Run(new RandomBatches(seed).Logits<T>(rows, classes));

    private static void Run(LogitBatch<T> batch) => OracleComparison.Compare<T, FromLogits>(batch, FromLogits.Run(batch));
}

public sealed class LogitSizesInFloat : LogitSizes<float>;

public sealed class LogitSizesInDouble : LogitSizes<double>;
