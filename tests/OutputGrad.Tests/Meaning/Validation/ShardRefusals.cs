using System.Numerics;
using Xunit;

namespace OutputGrad.Tests.Meaning.Validation;

public abstract class ShardRefusals<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly Dictionary<string, Refusal<ShardCall<T>>> Common = CommonRefusals();
    private static readonly Dictionary<string, Refusal<ShardCall<T>>> Backward =
        LengthRefusals(("gradients.Hidden", 6), ("gradients.Weights", 4), ("gradients.Bias", 2), ("rowWeights", 3));

    private static readonly Dictionary<string, Refusal<ShardCall<T>>> Step = StepRefusals();

    [Fact]
    public void ShardForwardRefusesWhatIsWrong() => Assert.All(Common.Concat(StatesOf("states")), refusal => refusal.Value.Check(new()));

    [Fact]
    public void ShardBackwardRefusesWhatIsWrong() => Assert.All(
        Common.Concat(Backward).Concat(StatesOf("merged")), refusal => refusal.Value.Check(new() { Method = ShardMethod.Backward }));

    [Fact]
    public void ShardStepRefusesWhatIsWrong() => Assert.All(
        Common.Concat(Step).Concat(StatesOf("merged")), refusal => refusal.Value.Check(new() { Method = ShardMethod.Step }));

    [Fact]
    public void ShardStepRefusesNoOptimizer() => Assert.Throws<ArgumentNullException>("update", () =>
        LinearCrossEntropy.ShardStep<T, IWeightUpdate<T>>(default, default, default, 0, 0, default, null!));

    [Fact]
    public void ShardSquaredNormsRefusesWhatIsWrong() => Assert.All(
        Common.Concat(StatesOf("merged")).Concat(NormsOf(0)), refusal => refusal.Value.Check(new() { Method = ShardMethod.SquaredNorms }));

    [Theory]
    [InlineData(ShardMethod.Backward)]
    [InlineData(ShardMethod.Step)]
    public void ClippingNeedsSquaredNorms(ShardMethod method)
    {
        new Refusal<ShardCall<T>>(typeof(ArgumentException), ["squaredNorms", "MaxRowGradientNorm", "ShardSquaredNorms"], call =>
        {
            call.Resize("squaredNorms", 0);
            call.Options = new() { MaxRowGradientNorm = 1 };
        }).Check(new() { Method = method });
        Assert.All(NormsOf(1), refusal => refusal.Value.Check(new() { Method = method }));
    }

    [Fact]
    public void WhereNothingIsClippedNobodyNeedsThem()
    {
        foreach (ShardMethod method in (ShardMethod[])[ShardMethod.Forward, ShardMethod.SquaredNorms, ShardMethod.Backward])
        {
            ShardCall<T> call = new() { Method = method, Options = new() { MaxRowGradientNorm = 1 } };
            if (method == ShardMethod.Backward)
            {
                call.Resize("squaredNorms", 0);
                call.Resize("gradients.Weights", 0);
                call.Resize("gradients.Bias", 0);
            }

            call.Run();
        }
    }

    /// <summary>Zeros are a state of three numbers: what they carry beside is not there.</summary>
    [Theory]
    [InlineData(ShardMethod.SquaredNorms)]
    [InlineData(ShardMethod.Backward)]
    [InlineData(ShardMethod.Step)]
    public void DenseTargetsNeedWholeStates(ShardMethod method)
    {
        foreach (Action<ShardCall<T>> ask in (Action<ShardCall<T>>[])[
            call => call.IsSoft = true, call => call.Options = new() { LabelSmoothing = .1 }])
        {
            Refusal<ShardCall<T>> refusal = new(typeof(ArgumentException), ["merged[0]", "three numbers"], call =>
            {
                call["merged"] = new T[3 * ShardCall<T>.StateLength];
                ask(call);
            });
            refusal.Check(new() { Method = method });
        }
    }

    [Theory]
    [InlineData(ShardMethod.Forward)]
    [InlineData(ShardMethod.SquaredNorms)]
    [InlineData(ShardMethod.Backward)]
    [InlineData(ShardMethod.Step)]
    public void NoOutputMayOverlapAnything(ShardMethod method) => Assert.All(
        SharedRefusals.OfOverlaps<ShardCall<T>, T>(new(), call => call.Method = method), refusal => refusal.Value.Check(new()));

    [Theory]
    [InlineData(ShardMethod.Forward)]
    [InlineData(ShardMethod.SquaredNorms)]
    [InlineData(ShardMethod.Backward)]
    [InlineData(ShardMethod.Step)]
    public void TheUnspoiltCallIsAccepted(ShardMethod method)
    {
        new ShardCall<T> { Method = method }.Run();
        new ShardCall<T> { Method = method, FirstClass = 0, Classes = 4 }.Run();
        new ShardCall<T> { Method = method, FirstClass = 2, Classes = 4 }.Run();
        foreach (string name in (string[])["gradients.Hidden", "gradients.Weights", "gradients.Bias", "bias", "rowWeights"])
        {
            ShardCall<T> call = new() { Method = method };
            call.Resize(name, 0);
            call.Run();
        }
    }

    /// <summary>One feature is told from none: weights, and no biases, say how many classes the shard has.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    public void AShardOfOneFeatureWithoutBiasesIsRefusedPastTheLastClass(int firstClass)
    {
        T[] weights = new T[2], hidden = new T[2];
        ArgumentOutOfRangeException error = Assert.Throws<ArgumentOutOfRangeException>(nameof(firstClass), () =>
            LinearCrossEntropy.ShardForward(
                new OutputLayer<T>(weights), new LabeledBatch<T>(hidden, new int[2]), firstClass, 3, new SoftmaxState<T>[2]));
        Assert.Contains("a shard of 2 classes", error.Message, StringComparison.Ordinal);
    }

    private static Dictionary<string, Refusal<ShardCall<T>>> CommonRefusals()
    {
        // An option that no call takes is refused as such, and not for what shards lack.
        Dictionary<string, Refusal<ShardCall<T>>> refusals = new(SharedRefusals.Of<ShardCall<T>, T>()
            .Where(refusal => refusal.Value.Exception != typeof(NotSupportedException)));
        foreach (int first in (int[])[-1, 3, 4, int.MaxValue, int.MinValue])
        {
            refusals[$"first class {first}"] = SharedRefusals.OutOfRange<ShardCall<T>>(
                ["firstClass", $"{first}"], call => call.FirstClass = first);
        }

        refusals["fewer classes than the shard has"] = SharedRefusals.OutOfRange<ShardCall<T>>(
            ["1"], call => (call.FirstClass, call.Classes, call.Targets) = (0, 1, new int[3]));
        refusals["a negative number of classes"] = SharedRefusals.OutOfRange<ShardCall<T>>(
            ["classes is -4", "negative"], call => call.Classes = -4);
        foreach (int length in (int[])[0, 1, 5, 7])
        {
            refusals[$"hidden of length {length}"] = SharedRefusals.WrongLength<ShardCall<T>>(
                ["hidden", $"{length}", "3"], call => call["hidden"] = new T[length]);
        }

        foreach (int length in (int[])[0, 1, 3, 5])
        {
            refusals[$"weights of length {length}"] = SharedRefusals.WrongLength<ShardCall<T>>(
                ["weights", $"{length}", "2"], call => call["weights"] = new T[length]);
        }

        foreach (int length in (int[])[1, 3, 4])
        {
            refusals[$"bias of length {length}"] = SharedRefusals.WrongLength<ShardCall<T>>(
                ["bias", $"{length}", "2"], call => call.Resize("bias", length));
        }

        return refusals;
    }

    private static Dictionary<string, Refusal<ShardCall<T>>> StepRefusals()
    {
        Dictionary<string, Refusal<ShardCall<T>>> refusals = LengthRefusals(("hiddenGradient", 6), ("rowWeights", 3));
        refusals["accumulation"] = SharedRefusals.WrongLength<ShardCall<T>>(
            ["AccumulateGradients"], call => call.Options = new() { AccumulateGradients = true });
        return refusals;
    }

    private static Dictionary<string, Refusal<ShardCall<T>>> LengthRefusals(params (string Name, int Right)[] lengths)
    {
        Dictionary<string, Refusal<ShardCall<T>>> refusals = [];
        foreach ((string name, int right) in lengths)
        {
            foreach (int length in (int[])[1, right - 1, right + 1, 2 * right])
            {
                refusals[$"{name} of length {length}"] = SharedRefusals.WrongLength<ShardCall<T>>(
                    [name, $"{length}", $"{right}"], call => call.Resize(name, length));
            }
        }

        return refusals;
    }

    /// <summary>As many squared norms as rows, or fewer than so many.</summary>
    private static Dictionary<string, Refusal<ShardCall<T>>> NormsOf(int least) => ((int[])[0, 1, 2, 4]).Where(norms => norms >= least)
        .ToDictionary(norms => $"{norms} norms", norms => SharedRefusals.WrongLength<ShardCall<T>>(
            ["squaredNorms", $"{norms}", "3"], call => call.Resize("squaredNorms", norms * ShardCall<T>.NormLength)));

    /// <summary>As many states as rows.</summary>
    private static Dictionary<string, Refusal<ShardCall<T>>> StatesOf(string name)
    {
        Dictionary<string, Refusal<ShardCall<T>>> refusals = [];
        foreach (int states in (int[])[0, 1, 2, 4])
        {
            refusals[$"{states} {name}"] = SharedRefusals.WrongLength<ShardCall<T>>(
                [name, $"{states}", "3"], call => call.Resize(name, states * ShardCall<T>.StateLength));
        }

        return refusals;
    }
}

public sealed class ShardRefusalsInFloat : ShardRefusals<float>;

public sealed class ShardRefusalsInDouble : ShardRefusals<double>;
