using System.Numerics;
using OutputGrad.Tests.Support.Batches;
using Xunit;

namespace OutputGrad.Tests.Meaning.Validation;

/// <summary>What a step refuses before it has changed a parameter, a number of the optimizer's, or anything else.</summary>
public abstract class StepRefusals<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly OptimizerKind[] Optimizers = Enum.GetValues<OptimizerKind>();

    [Fact]
    public void AStepRefusesWhatIsWrong() => Assert.All(
        LayerInputRefusals.Of<StepCall<T>, T>().Concat(LayerInputRefusals.OfTheFullForm<StepCall<T>, T>()),
        refusal => refusal.Value.Check(new()));

    [Theory]
    [MemberData(nameof(StoredFormats.Narrow), MemberType = typeof(StoredFormats))]
    public void AStepByHiddenVectorsOf16BitsRefusesWhatIsWrong(StoredFormat format)
    {
        Assert.All(
            LayerInputRefusals.Of<StepCall<T>, T>().Concat(LayerInputRefusals.OfTheFullForm<StepCall<T>, T>()),
            refusal => refusal.Value.Check(new() { HiddenFormat = format }));
        new StepCall<T> { HiddenFormat = format }.Run();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(12)]
    public void AHiddenGradientOfAnotherLengthIsRefused(int length) => SharedRefusals.WrongLength<StepCall<T>>(
        ["hiddenGradient", $"{length}", "6"], call => call["hiddenGradient"] = new T[length]).Check(new());

    /// <summary>There is no gradient that one could add to.</summary>
    [Fact]
    public void AccumulatingIsRefused() => SharedRefusals.WrongLength<StepCall<T>>(
        ["AccumulateGradients"], call => call.Options = new() { AccumulateGradients = true }).Check(new());

    /// <summary>With weights and bias among the outputs, and all that the optimizer remembers.</summary>
    [Fact]
    public void NothingThatIsWrittenMayOverlapAnything()
    {
        foreach (OptimizerKind optimizer in Optimizers)
        {
            Assert.All(OverlapsOf(optimizer, isSoft: false), refusal => refusal.Value.Check(new()));
            Assert.All(OverlapsOf(optimizer, isSoft: true), refusal => refusal.Value.Check(new()));
        }
    }

    /// <summary>One number for each weight and bias; without a bias, for each weight.</summary>
    [Theory]
    [InlineData(OptimizerKind.Momentum, "velocity")]
    [InlineData(OptimizerKind.AdamW, "firstMoment")]
    [InlineData(OptimizerKind.AdamW, "secondMoment")]
    public void OptimizerStateOfAnotherLengthIsRefused(OptimizerKind optimizer, string name)
    {
        (int, int)[] lengths = [(4, 0), (4, 1), (4, 8), (4, 11), (4, 13), (4, 24), (0, 0), (0, 4), (0, 7), (0, 9), (0, 12)];
        foreach ((int bias, int length) in lengths)
        {
            SharedRefusals.WrongLength<StepCall<T>>([name, $"{length}", "8"], call =>
            {
                call.Optimizer = optimizer;
                foreach (string state in call.State)
                {
                    call.Resize(state, 8 + bias);
                }

                call.Resize("bias", bias);
                call.Resize(name, length);
            }).Check(new());
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TheUnspoiltCallIsAccepted(bool soft)
    {
        foreach (OptimizerKind optimizer in Optimizers)
        {
            new StepCall<T> { IsSoft = soft, Optimizer = optimizer }.Run();
        }
    }

    [Fact]
    public void HiddenGradientAndBiasMayBeLeftOut()
    {
        foreach (string name in (string[])["hiddenGradient", "bias", "rowWeights"])
        {
            StepCall<T> call = new();
            call.Resize(name, 0);
            call.Run();
        }
    }

    [Fact]
    public void AWorkspaceTooSmallForAnythingIsRefused() => SharedRefusals.WrongLength<StepCall<T>>(
        ["MaxWorkspaceBytes", "1", "at least"], call => call.Options = new() { MaxWorkspaceBytes = 1 }).Check(new());

    private static Dictionary<string, Refusal<StepCall<T>>> OverlapsOf(OptimizerKind optimizer, bool isSoft) =>
        SharedRefusals.OfOverlaps<StepCall<T>, T>(new(), call => (call.Optimizer, call.IsSoft) = (optimizer, isSoft));
}

public sealed class StepRefusalsInFloat : StepRefusals<float>;

public sealed class StepRefusalsInDouble : StepRefusals<double>;
