using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.ExceptionServices;

namespace OutputGrad.Mpi.Exchange;

/// <summary>
/// A call on the layer of several ranks, from its first half to its end. Whatever goes wrong in a rank, the others hear of it where they
/// would wait for its numbers.
/// </summary>
/// <remarks>
/// <code>
/// ShardForward                       each rank's softmax over its classes
/// agreement                          sizes, options, places among the classes, and whether all is well
/// RowExchange                        every row's softmax over all classes
/// ShardSquaredNorms, agreement,      where rows are clipped: every row's squared norm over all classes
/// RowExchange
/// ShardBackward or ShardStep         each rank's gradients
/// agreement                          the results, and whether all is well
/// RankOrderSum                       dL/dH over the ranks that share rows; dL/dW and dL/db over those that share classes
/// </code>
/// </remarks>
internal ref struct ShardedCall<T>(RankLayout ranks, OutputLayer<T> shard, LabeledBatch<T> batch, int firstClass, int classes)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly OutputLayer<T> _shard = shard;
    private readonly LabeledBatch<T> _batch = batch;

    public required ShardedOperation Operation { get; init; }

    /// <summary>Where rows are split, those of all of them once the states are merged.</summary>
    public required CrossEntropyOptions Options { get; set; }

    public required OutputGradients<T> Gradients { get; init; }

    /// <summary>The rows of the batch.</summary>
    private readonly int Rows => _batch.RowIndices.IsEmpty ? _batch.Rows : _batch.RowIndices.Length;

    private readonly int HiddenCount => Math.Max(
        _batch.Hidden.Length, Math.Max(_batch.HalfHidden.Length, _batch.BFloat16Hidden.Length));

    private readonly int WeightCount => Math.Max(
        _shard.Weights.Length, Math.Max(_shard.HalfWeights.Length, _shard.BFloat16Weights.Length));

    /// <summary>Alike in all ranks, which have agreed on it.</summary>
    private readonly bool HasParameterGradient =>
        Operation == ShardedOperation.Step || !Gradients.Weights.IsEmpty || !Gradients.Bias.IsEmpty;

    private readonly int Features => _batch.Rows == 0 ? 0 : HiddenCount / _batch.Rows;

    /// <summary>Each row's softmax over the classes of all ranks that share it.</summary>
    public SoftmaxState<T>[] MergedStates()
    {
        SoftmaxState<T>[] states = [];
        MeanDivisors divisors = default;
        ExceptionDispatchInfo? failure = null;
        try
        {
            CheckGradients();
            states = new SoftmaxState<T>[Rows];
            LinearCrossEntropy.ShardForward(_shard, _batch, firstClass, classes, states, Options);
            divisors = MeanDivisors.Of(_batch, Options);
        }
        catch (Exception e)
        {
            failure = ExceptionDispatchInfo.Capture(e);
        }

        CallFacts[] all = Agreement<CallFacts>.Share(ranks.All, FactsWith(divisors), failure);
        CallFacts.Check(all, ranks.ClassParts);
        if (ranks.RowParts > 1)
        {
            Options = MeanDivisors.Over(Options, DivisorsOfRowParts(all));
        }

        RowExchange<SoftmaxWire<T>, SoftmaxState<T>>.Merge(ranks.Classes, states);
        return states;
    }

    /// <summary>Each row's squared norm over the classes of all ranks that share it; none where rows are not clipped.</summary>
    public readonly SquaredNorm[] MergedNorms(SoftmaxState<T>[] merged)
    {
        if (Options.MaxRowGradientNorm is null || !HasParameterGradient)
        {
            return [];
        }

        SquaredNorm[] squaredNorms = [];
        ExceptionDispatchInfo? failure = null;
        try
        {
            squaredNorms = new SquaredNorm[Rows];
            LinearCrossEntropy.ShardSquaredNorms(_shard, _batch, firstClass, classes, merged, squaredNorms, Options);
        }
        catch (Exception e)
        {
            failure = ExceptionDispatchInfo.Capture(e);
        }

        _ = Agreement<int>.Share(ranks.All, 0, failure);
        RowExchange<SquaredNormWire, SquaredNorm>.Merge(ranks.Classes, squaredNorms);
        return squaredNorms;
    }

    /// <summary>The result of all ranks, once each has its gradients, and the sums of these.</summary>
    /// <param name="result">This rank's.</param>
    /// <param name="failure">What went wrong in it.</param>
    public readonly CrossEntropyResult Finish(CrossEntropyResult result, ExceptionDispatchInfo? failure)
    {
        CrossEntropyResult[] all = Agreement<CrossEntropyResult>.Share(ranks.All, result, failure);
        RankOrderSum.Sum(ranks.Classes, Gradients.Hidden);
        RankOrderSum.Sum(ranks.Rows, Gradients.Weights);
        RankOrderSum.Sum(ranks.Rows, Gradients.Bias);
        return ranks.ResultOf(all);
    }

    private readonly MeanDivisors[] DivisorsOfRowParts(CallFacts[] all)
    {
        MeanDivisors[] divisors = new MeanDivisors[ranks.RowParts];
        for (int part = 0; part < divisors.Length; part++)
        {
            divisors[part] = all[part * ranks.ClassParts].Divisors;
        }

        return divisors;
    }

    /// <summary>What <see cref="LinearCrossEntropy.ShardForward"/> does not see.</summary>
    private readonly void CheckGradients()
    {
        if (Operation == ShardedOperation.Step && Options.AccumulateGradients)
        {
            throw new ArgumentException(
                "AccumulateGradients is set; a step keeps no gradient to add to. Use LossAndGradient and update once all is added.");
        }

        CheckLength(Gradients.Hidden.Length, (long)Rows * Features, "The hidden gradient");
        CheckLength(Gradients.Weights.Length, WeightCount, "The weight gradient");
        CheckLength(Gradients.Bias.Length, Features == 0 ? _shard.Bias.Length : WeightCount / Features, "The bias gradient");
    }

    private readonly void CheckLength(int length, long expected, string what)
    {
        // of no rows nothing says how many classes there are without a bias
        if (length != 0 && length != expected && (Rows > 0 || expected > 0))
        {
            throw new ArgumentException($"{what} has {length} elements; {expected} are expected.");
        }
    }

    private readonly CallFacts FactsWith(MeanDivisors divisors) => new()
    {
        Operation = Operation,
        ElementBytes = Unsafe.SizeOf<T>(),
        Rows = Rows,
        Features = Features,
        Classes = classes,
        FirstClass = firstClass,
        WeightCount = WeightCount,
        BiasCount = _shard.Bias.Length,
        Wanted = (Gradients.Hidden.IsEmpty ? WantedGradients.None : WantedGradients.Hidden)
            | (Gradients.Weights.IsEmpty ? WantedGradients.None : WantedGradients.Weights)
            | (Gradients.Bias.IsEmpty ? WantedGradients.None : WantedGradients.Bias),
        Batch = FingerprintOfBatch(),
        Options = FingerprintOfOptions(),
        Divisors = divisors,
    };

    private readonly ulong FingerprintOfBatch()
    {
        Fingerprint print = new();
        print.Add(_batch.Hidden);
        print.Add(_batch.HalfHidden);
        print.Add(_batch.BFloat16Hidden);
        print.Add(_batch.Targets);
        print.Add(_batch.TargetProbabilities);
        print.Add(_batch.RowWeights);
        print.Add(_batch.RowIndices);
        return print.Value;
    }

    /// <summary>Threads and workspace may differ from rank to rank: machines do.</summary>
    private readonly ulong FingerprintOfOptions()
    {
        Fingerprint print = new();
        print.Add(
        [
            (double)Options.Reduction,
            Options.Normalizer ?? double.NaN,
            Options.IgnoreIndex,
            Options.LabelSmoothing,
            Options.ZLoss,
            Options.LogitScale,
            Options.LogitSoftcap,
            Options.HiddenFilterThreshold,
            Options.WeightFilterThreshold,
            Options.MaxRowGradientNorm ?? double.NaN,
            Options.AccumulateGradients ? 1 : 0,
        ]);
        print.Add(Options.ClassWeights.Span);
        return print.Value;
    }
}
