using System.Numerics;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Processes;
using Xunit;

namespace OutputGrad.Tests.Memory;

/// <summary>
/// Managed memory per call once everything is compiled and the pool of arrays is warm. The least of several calls counts: a collection in
/// between may take the pool's arrays away.
/// </summary>
[Collection(RunsAlone.Name)]
public abstract class Allocations<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const long MostOfAParallelCall = 4096;
    private const int ForwardCalls = 5;

    private readonly IntegerNumbers _numbers = new(1);

    [Theory]
    [InlineData(4, 50, 600)]
    [InlineData(40, 50, 600)]
    [InlineData(1_100, 5, 7)]
    public void OneThreadAllocatesNothingInTheLayer(int rows, int features, int classes)
    {
        Assert.Equal(0, LeastOfLayerCalls(rows, features, classes, new() { LabelSmoothing = .1, MaxDegreeOfParallelism = 1 }));
        Assert.Equal(0, LeastOfLayerCalls(
            rows, features, classes, new() { HiddenFilterThreshold = .01, WeightFilterThreshold = .01, MaxDegreeOfParallelism = 1 }));
    }

    [Theory]
    [InlineData(4, 50, 600)]
    [InlineData(40, 50, 600)]
    public void OneThreadAllocatesNothingInShards(int rows, int features, int classes) =>
        Assert.Equal(0, LeastOfShardCalls(rows, features, classes, new() { WeightFilterThreshold = .01, MaxDegreeOfParallelism = 1 }));

    [Theory]
    [InlineData(4, 50, 600)]
    [InlineData(40, 50, 600)]
    public void OneThreadAllocatesNothingForRowsByIndex(int rows, int features, int classes)
    {
        CrossEntropyOptions options = new() { MaxDegreeOfParallelism = 1 };
        int[] backwards = [.. Enumerable.Range(0, rows).Reverse()];

        Assert.Equal(0, LeastOfLayerCalls(rows, features, classes, options, backwards));
        Assert.Equal(0, LeastOfSteps(rows, features, classes, options, backwards));
        Assert.Equal(0, LeastOfShardCalls(rows, features, classes, options, backwards));
    }

    [Theory]
    [InlineData(4, 50, 600)]
    [InlineData(40, 50, 600)]
    public void OneThreadAllocatesNothingForwards(int rows, int features, int classes)
    {
        Assert.Equal(0, LeastOfForwardCalls(rows, features, classes, new() { MaxDegreeOfParallelism = 1 }));
        Assert.Equal(0, LeastOfForwardCalls(rows, features, classes, new() { LogitSoftcap = 5, MaxDegreeOfParallelism = 1 }));
    }

    [Theory]
    [InlineData(4, 1_200, 2_100)]
    [InlineData(130, 257, 513)]
    public void SeveralThreadsAllocateLittleForwards(int rows, int features, int classes) => Assert.InRange(
        LeastOfForwardCalls(rows, features, classes, new() { MaxDegreeOfParallelism = 7 }), 1, ForwardCalls * MostOfAParallelCall);

    /// <summary>They are widened in the workspace and in registers.</summary>
    [Theory]
    [InlineData(4, 50, 600)]
    [InlineData(40, 50, 600)]
    public void OneThreadAllocatesNothingForNumbersOf16Bits(int rows, int features, int classes)
    {
        CrossEntropyOptions options = new() { MaxDegreeOfParallelism = 1 };
        Assert.Equal(0, LeastOfNarrowCalls(rows, features, classes, options));
        Assert.Equal(0, LeastOfNarrowCalls(
            rows, features, classes, options with { HiddenFilterThreshold = .01, WeightFilterThreshold = .01 }));
    }

    [Theory]
    [InlineData(4, 1_200, 2_100)]
    [InlineData(130, 257, 513)]
    public void SeveralThreadsAllocateLittleInTheLayer(int rows, int features, int classes) =>
        Assert.InRange(
            LeastOfLayerCalls(rows, features, classes, new() { LabelSmoothing = .1, MaxDegreeOfParallelism = 7 }), 1, MostOfAParallelCall);

    [Theory]
    [InlineData(4, 50, 600, 256L << 20)]
    [InlineData(40, 50, 600, 256L << 20)]
    [InlineData(1_100, 5, 7, 256L << 20)]
    [InlineData(70, 61, 2_600, 600_000)]
    public void OneThreadAllocatesNothingInAStep(int rows, int features, int classes, long workspace) =>
        Assert.Equal(0, LeastOfSteps(rows, features, classes, new() { MaxDegreeOfParallelism = 1, MaxWorkspaceBytes = workspace }));

    [Theory]
    [InlineData(4, 1_200, 2_100)]
    [InlineData(130, 257, 513)]
    public void SeveralThreadsAllocateLittleInAStep(int rows, int features, int classes) =>
        Assert.InRange(LeastOfSteps(rows, features, classes, new() { MaxDegreeOfParallelism = 7 }), 1, MostOfAParallelCall);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(40, 1_000)]
    public void OneThreadAllocatesNothingFromLogits(int rows, int classes) => Assert.Equal(0, LeastOfLogitCalls(rows, classes, threads: 1));

    [Fact]
    public void SeveralThreadsAllocateLittleFromLogits() =>
        Assert.InRange(LeastOfLogitCalls(100, 10_000, threads: 7), 1, MostOfAParallelCall);

    private long LeastOfLayerCalls(int rows, int features, int classes, CrossEntropyOptions options, int[]? rowIndices = null)
    {
        T[] hidden = _numbers.Signed<T>(rows * features), weights = _numbers.Signed<T>(classes * features),
            bias = _numbers.Signed<T>(classes);
        T[] hiddenGradient = new T[hidden.Length], weightGradient = new T[weights.Length], biasGradient = new T[classes],
            norms = new T[rows];
        int[] targets = _numbers.Targets(rows, classes, ignored: -100);
        return Least(options.MaxDegreeOfParallelism, () => LinearCrossEntropy.LossAndGradient(
            new OutputLayer<T>(weights, bias),
            new LabeledBatch<T>(hidden, targets) { RowIndices = rowIndices },
            new OutputGradients<T> { Hidden = hiddenGradient, Weights = weightGradient, Bias = biasGradient },
            options,
            new RowResults<T> { GradientNorms = norms }));
    }

    /// <summary>The loss with all results per row but the norms, from the layer and from logits, and all forms of the softmax.</summary>
    private long LeastOfForwardCalls(int rows, int features, int classes, CrossEntropyOptions options)
    {
        const int Top = 9;
        T[] hidden = _numbers.Signed<T>(rows * features), weights = _numbers.Signed<T>(classes * features), all = new T[rows * classes];
        T[] losses = new T[rows], entropies = new T[rows], top = new T[rows * Top];
        int[] targets = _numbers.Targets(rows, classes, ignored: -100), ranks = new int[rows], first = new int[rows * Top];
        return Least(options.MaxDegreeOfParallelism, () =>
        {
            OutputLayer<T> layer = new(weights);
            RowResults<T> results = new() { Losses = losses, Entropies = entropies, TargetRanks = ranks };
            LinearSoftmax.Probabilities(layer, hidden, rows, all, options);
            LinearSoftmax.TopK(layer, hidden, rows, first, top, options);
            LinearSoftmax.LogProbabilities(layer, hidden, rows, all, options);
            SoftmaxCrossEntropy.Loss<T>(all, targets, options, rows: results);
            return LinearCrossEntropy.Loss(layer, new LabeledBatch<T>(hidden, targets), options, results);
        });
    }

    /// <summary>Weights of one format and hidden vectors of the other; each is both in turn.</summary>
    private long LeastOfNarrowCalls(int rows, int features, int classes, CrossEntropyOptions options)
    {
        T[] hidden = _numbers.Signed<T>(rows * features), weights = _numbers.Signed<T>(classes * features);
        Half[] halfWeights = NarrowNumbers.Halves(weights), halfHidden = NarrowNumbers.Halves(hidden);
        ushort[] bfloat16Weights = NarrowNumbers.BFloat16s(weights), bfloat16Hidden = NarrowNumbers.BFloat16s(hidden);
        T[] hiddenGradient = new T[hidden.Length], weightGradient = new T[weights.Length], norms = new T[rows];
        int[] targets = _numbers.Targets(rows, classes, ignored: -100);
        return Least(options.MaxDegreeOfParallelism, () =>
        {
            OutputGradients<T> gradients = new() { Hidden = hiddenGradient, Weights = weightGradient };
            RowResults<T> results = new() { GradientNorms = norms };
            LinearCrossEntropy.LossAndGradient(
                OutputLayer<T>.FromHalf(halfWeights), LabeledBatch<T>.FromBFloat16(bfloat16Hidden, targets), gradients, options, results);
            return LinearCrossEntropy.LossAndGradient(
                OutputLayer<T>.FromBFloat16(bfloat16Weights), LabeledBatch<T>.FromHalf(halfHidden, targets), gradients, options, results);
        });
    }

    /// <summary>With the optimizer that remembers most.</summary>
    private long LeastOfSteps(int rows, int features, int classes, CrossEntropyOptions options, int[]? rowIndices = null)
    {
        T[] hidden = _numbers.Signed<T>(rows * features), weights = _numbers.Signed<T>(classes * features),
            bias = _numbers.Signed<T>(classes);
        T[] hiddenGradient = new T[hidden.Length], norms = new T[rows], first = new T[weights.Length + classes],
            second = new T[first.Length];
        int[] targets = _numbers.Targets(rows, classes, ignored: -100);
        options = options with { MaxRowGradientNorm = 1 };
        return Least(options.MaxDegreeOfParallelism, () => LinearCrossEntropy.Step(
            weights,
            bias,
            new LabeledBatch<T>(hidden, targets) { RowIndices = rowIndices },
            new AdamW<T>(1e-6, first, second, step: 1),
            hiddenGradient,
            options,
            new RowResults<T> { GradientNorms = norms }));
    }

    /// <summary>Both halves of the second half of the classes.</summary>
    private long LeastOfShardCalls(int rows, int features, int classes, CrossEntropyOptions options, int[]? rowIndices = null)
    {
        T[] hidden = _numbers.Signed<T>(rows * features), weights = _numbers.Signed<T>(classes * features),
            bias = _numbers.Signed<T>(classes);
        T[] hiddenGradient = new T[hidden.Length], weightGradient = new T[weights.Length], biasGradient = new T[classes];
        int[] targets = _numbers.Targets(rows, 2 * classes, ignored: -100);
        SoftmaxState<T>[] states = new SoftmaxState<T>[rows];
        SquaredNorm[] norms = new SquaredNorm[rows];
        Sgd<T> update = new(0);
        options = options with { MaxRowGradientNorm = 1 };
        return Least(options.MaxDegreeOfParallelism, () =>
        {
            OutputLayer<T> shard = new(weights, bias);
            LabeledBatch<T> batch = new(hidden, targets) { RowIndices = rowIndices };
            LinearCrossEntropy.ShardForward(shard, batch, classes, 2 * classes, states, options);
            for (int n = 0; n < rows; n++)
            {
                states[n] = SoftmaxState<T>.Merge(states[n], new(T.Zero, T.One, T.Zero));
            }

            LinearCrossEntropy.ShardSquaredNorms(shard, batch, classes, 2 * classes, states, norms, options);
            OutputGradients<T> gradients = new() { Hidden = hiddenGradient, Weights = weightGradient, Bias = biasGradient };
            LinearCrossEntropy.ShardStep(weights, bias, batch, classes, 2 * classes, states, update, hiddenGradient, options, norms);
            return LinearCrossEntropy.ShardBackward(shard, batch, classes, 2 * classes, states, gradients, options, norms);
        });
    }

    private long LeastOfLogitCalls(int rows, int classes, int threads)
    {
        T[] logits = _numbers.Signed<T>(rows * classes), gradient = new T[rows * classes], norms = new T[rows];
        int[] targets = _numbers.Targets(rows, classes, ignored: -100);
        CrossEntropyOptions options = new() { MaxDegreeOfParallelism = threads, LabelSmoothing = .1 };
        return Least(threads, () => SoftmaxCrossEntropy.LossAndGradient<T>(
            logits, targets, gradient, options, rows: new RowResults<T> { GradientNorms = norms }));
    }

    /// <summary>By this thread; where there are helpers by the whole process.</summary>
    private static long Least(int threads, Func<CrossEntropyResult> call)
    {
        return threads == 1 ? LeastAllocation.OnThisThread(Run, hopedFor: 0) : LeastAllocation.OnAllThreads(Run);

        void Run() => Assert.True(double.IsFinite(call().Loss));
    }
}

public sealed class AllocationsInFloat : Allocations<float>;

public sealed class AllocationsInDouble : Allocations<double>;
