using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Oracle;
using Xunit;

namespace OutputGrad.Tests.Accuracy;

/// <summary>
/// What all logits of a row have in common changes no bit of loss and gradients, in every way in which the layer is worked on.
/// </summary>
public abstract class LayerShifts<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Features = 6;

    /// <summary>Logits are multiples of 8, as the numbers around 1e8 are in float.</summary>
    [Theory]
    [MemberData(nameof(LayerWays.All), MemberType = typeof(LayerWays))]
    public void AShiftChangesNoBitOfLossAndGradients(int rows, int classes, bool isTight)
    {
        RandomBatches random = new(rows);
        LayerBatch<T> batch = Batch(rows, classes, random.Grid<T>(classes * Features, 8, 64), isTight);
        LayerOutcome<T> expected = batch.Run();
        foreach (double shift in (double[])[100 * 8, -1e8, 1e8])
        {
            LayerBatch<T> shifted = batch with { Bias = Filled(classes, shift) };
            SameButForLogSumExp(expected, shifted.Run(), $"at {shift}");
            SameButForLogSumExp(expected, shifted.Step(), $"of a step at {shift}");
        }
    }

    /// <summary>log V, whatever the logits are; and residuals of 1 / V, less 1 at the true class.</summary>
    [Theory]
    [MemberData(nameof(LayerWays.All), MemberType = typeof(LayerWays))]
    public void EqualLogitsAreUniform(int rows, int classes, bool isTight)
    {
        foreach (double shift in (double[])[0, 1e8, -1e8, 3e38])
        {
            LayerBatch<T> batch = Batch(rows, classes, new T[classes * Features], isTight) with { Bias = Filled(classes, shift) };
            LayerOutcome<T> outcome = batch.Run();

            LayerComparison.Compare(batch, outcome);
            LayerComparison.Compare(batch, batch.Step());
            double allowed = (ErrorBounds<T>.Roundoffs + Math.Log2(classes)) * Near.Roundoff<T>() * Math.Log(classes);
            Assert.All(outcome.Rows.Losses, loss => Near.Equal(Math.Log(classes), loss, allowed, $"loss at {shift}"));
        }
    }

    private static LayerBatch<T> Batch(int rows, int classes, T[] weights, bool isTight)
    {
        RandomBatches random = new(rows + classes);
        LayerBatch<T> batch = new()
        {
            Features = Features,
            Hidden = random.Grid<T>(rows * Features, 1, 1),
            Weights = weights,
            Bias = new T[classes],
            Targets = random.Targets(rows, classes, ignoreIndex: 0),
            Options = new() { Reduction = Reduction.Sum },
        };
        return isTight ? batch.InLittleWorkspace() : batch;
    }

    private static T[] Filled(int length, double value) => [.. Enumerable.Repeat(T.CreateChecked(value), length)];

    /// <summary>Everywhere but in log sum exp, which moves with the logits.</summary>
    private static void SameButForLogSumExp(LayerOutcome<T> expected, LayerOutcome<T> actual, string where) =>
        Exactly.SameBits(expected with { Rows = expected.Rows with { LogSumExp = actual.Rows.LogSumExp } }, actual, where);
}

public sealed class LayerShiftsInFloat : LayerShifts<float>;

public sealed class LayerShiftsInDouble : LayerShifts<double>;
