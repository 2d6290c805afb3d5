using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Oracle;
using Xunit;

namespace OutputGrad.Tests.Accuracy;

/// <summary>The loss is log(sum exp(z - max)) - (z_y - max), never logsumexp - z_y: what all logits have in common cannot matter.</summary>
public abstract class ShiftSafety<T, TEntry>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TEntry : IEntryPoint
{
    /// <summary>
    /// The logits' differences are exact at every one of these shifts, in float too, where the numbers around 1e8 are 8 apart.
    /// </summary>
    [Theory]
    [InlineData(100)]
    [InlineData(-1e8)]
    [InlineData(1e8)]
    public void AShiftChangesNoBitOfLossAndGradient(double shift)
    {
        double[] logits = [0, 8, -16, 8, 64, 24, 0, 40];
        double[] shifted = Array.ConvertAll(logits, z => z + shift);

        LogitOutcome<T> expected = Run(logits, [1, 3]), outcome = Run(shifted, [1, 3]);

        Assert.Equal(expected.Result, outcome.Result);
        Exactly.SameBits<T>(expected.Rows.Losses, outcome.Rows.Losses, "losses");
        Exactly.SameBits<T>(expected.Gradient, outcome.Gradient, "gradient");
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(40)]
    public void EqualLogitsAreUniformAtTheEndsOfTheRange(int classes)
    {
        T largest = typeof(T) == typeof(float) ? T.CreateChecked(float.MaxValue) : T.CreateChecked(double.MaxValue);
        foreach (T z in (T[])[largest, -largest, T.Zero, T.Epsilon])
        {
            T[] logits = new T[classes];
            Array.Fill(logits, z);

            LogitOutcome<T> outcome = TEntry.Run(new LogitBatch<T> { Logits = logits, Classes = classes, Targets = [classes - 1] });

            double allowed = ErrorBounds<T>.Roundoffs * Near.Roundoff<T>();
            Near.Equal(Math.Log(classes), outcome.Result.Loss, allowed * Math.Log(classes), "loss");
            Near.Equal(1.0 / classes, outcome.Gradient[0], allowed / classes, "gradient");
            Near.Equal((1.0 / classes) - 1, outcome.Gradient[classes - 1], allowed, "gradient of the true class");
        }
    }

    /// <summary>
    /// The difference of the two logits is beyond the type: the probabilities are 1 and 0 all the same, and no NaN appears.
    /// </summary>
    [Fact]
    public void LogitsAtBothEndsOfTheRangeAreCertain()
    {
        T largest = typeof(T) == typeof(float) ? T.CreateChecked(float.MaxValue) : T.CreateChecked(double.MaxValue);

        LogitOutcome<T> right = TEntry.Run(new LogitBatch<T> { Logits = [largest, -largest], Classes = 2, Targets = [0] });
        LogitOutcome<T> wrong = TEntry.Run(new LogitBatch<T> { Logits = [largest, -largest], Classes = 2, Targets = [1] });

        Assert.Equal(0, right.Result.Loss);
        Assert.Equal([T.Zero, T.Zero], right.Gradient);
        Assert.True(wrong.Result.Loss >= double.CreateChecked(largest), $"{wrong.Result.Loss} is less than the gap.");
        Assert.Equal([T.One, T.NegativeOne], wrong.Gradient);
    }

    private static LogitOutcome<T> Run(double[] logits, int[] targets) => TEntry.Run(
        new LogitBatch<T> { Logits = Near.Rounded<T>(logits), Classes = logits.Length / targets.Length, Targets = targets });
}

public sealed class ShiftsFromLogitsInFloat : ShiftSafety<float, FromLogits>;

public sealed class ShiftsFromLogitsInDouble : ShiftSafety<double, FromLogits>;

public sealed class ShiftsFromLayerInFloat : ShiftSafety<float, FromLayer>;

public sealed class ShiftsFromLayerInDouble : ShiftSafety<double, FromLayer>;

public sealed class ShiftsFromStepInFloat : ShiftSafety<float, FromStep>;

public sealed class ShiftsFromStepInDouble : ShiftSafety<double, FromStep>;
public sealed class ShiftsFromShardsInFloat : ShiftSafety<float, FromShards>;

public sealed class ShiftsFromShardsInDouble : ShiftSafety<double, FromShards>;
