using System.Numerics;
using System.Runtime.InteropServices;
using Xunit;

namespace OutputGrad.Tests.Meaning.Validation;

public abstract class LogitRefusals<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly Dictionary<string, Refusal<LogitCall<T>>> All = AllOf();

    [Fact]
    public void LossAndGradientRefusesWhatIsWrong() => Assert.All(All, refusal => refusal.Value.Check(new()));

    [Fact]
    public void LossRefusesWhatIsWrong() => Assert.All(
        All.Where(refusal => !refusal.Key.Contains("logitGradient", StringComparison.Ordinal)),
        refusal => refusal.Value.Check(new() { IsForwardOnly = true }));

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void TheUnspoiltCallIsAccepted(bool soft, bool forwardOnly) =>
        new LogitCall<T> { IsSoft = soft, IsForwardOnly = forwardOnly }.Run();

    [Fact]
    public void TheVeryMemoryOfTheLogitsIsAccepted()
    {
        LogitCall<T> call = new();
        call["logitGradient"] = call["logits"];
        call.Run();
    }

    /// <summary>The int spans share memory with those of T through a cast.</summary>
    [Fact]
    public void IntegersThatOverlapNumbersAreRefused()
    {
        int[] memory = new int[24];

        ArgumentException predictions = Assert.Throws<ArgumentException>(() => SoftmaxCrossEntropy.Loss(
            Cast(memory.AsSpan(0, 16))[..4], [0, 1], rows: new RowResults<T> { Predictions = memory.AsSpan(3, 2) }));
        ArgumentException targets = Assert.Throws<ArgumentException>(() => SoftmaxCrossEntropy.LossAndGradient(
            new T[4], memory.AsSpan(3, 2), Cast(memory.AsSpan(0, 16))[..4]));

        Assert.Contains("Predictions", predictions.Message, StringComparison.Ordinal);
        Assert.Contains("targets", targets.Message, StringComparison.Ordinal);
        Assert.All(memory, value => Assert.Equal(0, value));
    }

    [Fact]
    public void PredictionsThatOverlapTheTargetsAreRefused()
    {
        LogitCall<T> call = new();
        call.Predictions = call.Targets;
        SharedRefusals.WrongLength<LogitCall<T>>(["Predictions", "targets", "overlap"], _ => { }).Check(call);
    }

    [Fact]
    public void AnOutputThatOverlapsTheClassWeightsIsRefused()
    {
        double[] classWeights = [1, 2, 3, 4];
        Span<T> losses = MemoryMarshal.Cast<double, T>(classWeights.AsSpan(3))[..1];
        CrossEntropyOptions options = new() { ClassWeights = classWeights };
        ArgumentException? thrown = null;

        try
        {
            SoftmaxCrossEntropy.Loss<T>(new T[4], [0], options, rows: new RowResults<T> { Losses = losses });
        }
        catch (ArgumentException exception)
        {
            thrown = exception;
        }

        Assert.Contains("ClassWeights", thrown?.Message, StringComparison.Ordinal);
        Assert.Equal([1, 2, 3, 4], classWeights);
    }

    /// <summary>65,536 rows of 65,536 classes are 2^32 target probabilities: in 32 bits that is 0, the length of what is passed.</summary>
    [Fact]
    public void Case43_ProductsPast32BitsDoNotWrapAround()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(() => LinearCrossEntropy.Loss(
            new OutputLayer<T>(new T[65536]), new LabeledBatch<T>(new T[65536], ReadOnlySpan<T>.Empty, 65536)));

        Assert.Contains("targetProbabilities", error.Message, StringComparison.Ordinal);
        Assert.Contains("4294967296", error.Message, StringComparison.Ordinal);
    }

    private static Dictionary<string, Refusal<LogitCall<T>>> AllOf()
    {
        Dictionary<string, Refusal<LogitCall<T>>> refusals = new(
            SharedRefusals.Of<LogitCall<T>, T>()
                .Concat(SharedRefusals.OfRows<LogitCall<T>, T>())
                .Concat(SharedRefusals.OfSoftTargets<LogitCall<T>, T>())
                .Concat(SharedRefusals.OfOverlaps<LogitCall<T>, T>(new(), call => call.IsSoft = false))
                .Concat(SharedRefusals.OfOverlaps<LogitCall<T>, T>(new(), call => call.IsSoft = true)
                    .Select(refusal => KeyValuePair.Create($"soft: {refusal.Key}", refusal.Value))));
        foreach (int length in (int[])[0, 1, 11, 13])
        {
            refusals[$"logits of length {length}"] = SharedRefusals.WrongLength<LogitCall<T>>(
                ["logits", $"{length}", "3"], call => call["logits"] = new T[length]);
            refusals[$"logitGradient of length {length}"] = SharedRefusals.WrongLength<LogitCall<T>>(
                ["logitGradient", $"{length}", "12"], call => call["logitGradient"] = new T[length]);
        }

        refusals["no targets for 12 logits"] = SharedRefusals.WrongLength<LogitCall<T>>(
            ["logits", "12", "0"], call => call.Targets = default);
        return refusals;
    }

    private static Span<T> Cast(Span<int> memory) => MemoryMarshal.Cast<int, T>(memory);
}

public sealed class LogitRefusalsInFloat : LogitRefusals<float>;

public sealed class LogitRefusalsInDouble : LogitRefusals<double>;
