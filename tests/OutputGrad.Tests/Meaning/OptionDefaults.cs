using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using Xunit;

namespace OutputGrad.Tests.Meaning;

/// <summary>What options are unless they are given, and that no options are these.</summary>
public sealed class OptionDefaults
{
    [Fact]
    public void EveryOptionHasTheDefaultThatIsDocumented()
    {
        CrossEntropyOptions options = new();

        Assert.Equal(Reduction.Mean, options.Reduction);
        Assert.Null(options.Normalizer);
        Assert.Equal(-100, options.IgnoreIndex);
        Assert.Equal(0, options.LabelSmoothing);
        Assert.True(options.ClassWeights.IsEmpty);
        Assert.Equal(0, options.ZLoss);
        Assert.Equal(1, options.LogitScale);
        Assert.Equal(0, options.LogitSoftcap);
        Assert.Equal(0, options.HiddenFilterThreshold);
        Assert.Equal(0, options.WeightFilterThreshold);
        Assert.Null(options.MaxRowGradientNorm);
        Assert.False(options.AccumulateGradients);
        Assert.Equal(-1, options.MaxDegreeOfParallelism);
        Assert.Equal(268_435_456, options.MaxWorkspaceBytes);
    }

    [Fact]
    public void AShardWithoutOptionsHasTheDefaults()
    {
        LayerBatch<float> batch = new RandomBatches(5).Layer<float>(6, 4, 3) with
        {
            SoftTargets = null,
            Targets = [0, 1, 2, 3, -100, 1],
            Options = new(),
        };
        SoftmaxState<float>[] states = new SoftmaxState<float>[6], defaults = new SoftmaxState<float>[6];
        SquaredNorm[] norms = new SquaredNorm[6], defaultNorms = new SquaredNorm[6];

        LinearCrossEntropy.ShardForward(batch.Layer(), batch.Labeled(), 0, 4, states);
        LinearCrossEntropy.ShardForward(batch.Layer(), batch.Labeled(), 0, 4, defaults, new());
        LinearCrossEntropy.ShardSquaredNorms(batch.Layer(), batch.Labeled(), 0, 4, states, norms);
        LinearCrossEntropy.ShardSquaredNorms(batch.Layer(), batch.Labeled(), 0, 4, defaults, defaultNorms, new());
        CrossEntropyResult result = LinearCrossEntropy.ShardBackward(batch.Layer(), batch.Labeled(), 0, 4, states, default);
        CrossEntropyResult stepped = LinearCrossEntropy.ShardStep(
            [.. batch.Weights], [.. batch.Bias ?? []], batch.Labeled(), 0, 4, states, new Sgd<float>(.1));

        Assert.Equal(defaults, states);
        Assert.Equal(defaultNorms, norms);
        Exactly.SameBits(
            LinearCrossEntropy.ShardBackward(batch.Layer(), batch.Labeled(), 0, 4, states, default, new()), result, "of shards");
        Exactly.SameBits(result, stepped, "of a step");
    }
}
