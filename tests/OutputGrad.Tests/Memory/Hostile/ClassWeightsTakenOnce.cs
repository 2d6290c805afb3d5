using System.Numerics;
using OutputGrad.Tests.Meaning.Validation;
using Xunit;

namespace OutputGrad.Tests.Memory.Hostile;

/// <summary>
/// Class weights may be memory that is another one each time that its span is taken; so that a call uses what it has checked, it takes the
/// span once.
/// </summary>
public abstract class ClassWeightsTakenOnce<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public void ByCallsOnLogits(bool isForwardOnly, bool isSoft) =>
        Check(new LogitCall<T> { IsForwardOnly = isForwardOnly, IsSoft = isSoft });

    [Theory]
    [InlineData(LayerMethod.Loss, true)]
    [InlineData(LayerMethod.Loss, false)]
    [InlineData(LayerMethod.LossAndGradient, true)]
    [InlineData(LayerMethod.LossAndGradient, false)]
    [InlineData(LayerMethod.FiveSpans, false)]
    public void ByCallsOnTheLayer(LayerMethod method, bool isSoft) => Check(new LayerCall<T> { Method = method, IsSoft = isSoft });

    [Theory]
    [InlineData(OptimizerKind.WithoutState)]
    [InlineData(OptimizerKind.Momentum)]
    [InlineData(OptimizerKind.AdamW)]
    public void BySteps(OptimizerKind optimizer) => Check(new StepCall<T> { Optimizer = optimizer });

    [Theory]
    [InlineData(ShardMethod.Forward)]
    [InlineData(ShardMethod.Backward)]
    [InlineData(ShardMethod.Step)]
    public void ByCallsOnShards(ShardMethod method) => Check(new ShardCall<T> { Method = method });

    [Fact]
    public void ByWhatTellsTheWorkspace()
    {
        Check(options => LinearCrossEntropy.WorkspaceBytes<T>(20, 10, 4, options));
        Check(options => LinearCrossEntropy.WorkspaceBytes<T>(20, 10, 4, options, WorkspaceUse.Step));
        Check(options => LinearCrossEntropy.ShardWorkspaceBytes<T>(20, 10, 2, 4, options));
    }

    /// <summary>With smoothing where it is supported, which sums the weights, and an ignored row.</summary>
    private static void Check(CallMemory<T> call) => Check(options =>
    {
        call.Options = options with { LabelSmoothing = call is ShardCall<T> ? 0 : .1 };
        call.Run();
    });

    private static void Check(Action<CrossEntropyOptions> call)
    {
        TamperingMemory<double> weights = new((double[])[1, .5, 2, .25]);
        call(new() { ClassWeights = weights.Untaken });
        Assert.Equal(1, weights.TimesTaken);
    }
}

public sealed class ClassWeightsTakenOnceInFloat : ClassWeightsTakenOnce<float>;

public sealed class ClassWeightsTakenOnceInDouble : ClassWeightsTakenOnce<double>;
