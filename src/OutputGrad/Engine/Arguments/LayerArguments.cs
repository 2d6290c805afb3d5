using System.Numerics;
using OutputGrad.Engine.Arithmetic;
using OutputGrad.Engine.Loss;
using OutputGrad.Engine.Simd;

namespace OutputGrad.Engine.Arguments;

/// <summary>A call on the layer as the passes see it: pinned memory, a null pointer for what is not there or not wanted.</summary>
internal readonly unsafe struct LayerArguments<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// Larger weights have left the second-level cache before they are read again. Prefetching smaller ones took 3 % more time at
    /// 32x128x100.
    /// </summary>
    private const int PrefetchAbove = 1 << 20;

    // fields, because they are handed on by reference
    public readonly BatchArguments<T> Batch;
    public readonly RowOutputs<T> Outputs;
    public readonly LossTerms Terms;

    /// <summary>What a call without targets is for.</summary>
    public readonly SoftmaxOutputs<T> Softmax;

    public LayerArguments(in BatchArguments<T> batch, in RowOutputs<T> outputs, in LossTerms terms, in SoftmaxOutputs<T> softmax)
    {
        Batch = batch;
        Outputs = outputs;
        Terms = terms;
        Softmax = softmax;
    }

    public required int Features { get; init; }

    public required StoredMatrix<T> Weights { get; init; }

    public required T* Bias { get; init; }

    public required StoredMatrix<T> Hidden { get; init; }

    public required T* HiddenGradient { get; init; }

    public required T* WeightGradient { get; init; }

    public required T* BiasGradient { get; init; }

    /// <summary>The classes of this layer, and where they stand among those that targets speak of: a shard has a part of them.</summary>
    public required int Classes { get; init; }

    public required int FirstClass { get; init; }

    /// <summary>The rows' softmax over the classes of all shards; null where it is this call that finds it.</summary>
    public required SoftmaxState<T>* MergedStates { get; init; }

    /// <summary>The squared norms of the rows' residuals over the classes of all shards; null where this call finds them.</summary>
    public required SquaredNorm* MergedNorms { get; init; }

    /// <summary>The optimizer, where weights are updated.</summary>
    public required WeightUpdate<T> Update { get; init; }

    /// <summary>Residuals below these may be left out of dL/dH, and of dL/dW and dL/db.</summary>
    public required double HiddenThreshold { get; init; }

    public required double WeightThreshold { get; init; }

    /// <summary>The largest norm that a row's gradient may have.</summary>
    public required double MaxRowNorm { get; init; }

    /// <summary>Whether the gradients of weights and bias are added to what is there.</summary>
    public required bool Accumulates { get; init; }

    /// <summary>Whether the rows' softmax is known already.</summary>
    public bool IsMerged => MergedStates != null;

    /// <summary>Whether it pays to prefetch weights and their gradient.</summary>
    public bool IsLarge => (long)Classes * Features * sizeof(T) > PrefetchAbove;

    public bool Filters => HiddenThreshold > 0 || WeightThreshold > 0;

    public bool WantsNorms => Outputs.GradientNorms != null
        || Outputs.SquaredNorms != null
        || (MaxRowNorm < double.PositiveInfinity && WantsParameterGradient);

    /// <summary>Whether anything is wanted that is made of residuals, and logits are kept for it.</summary>
    public bool WantsResiduals => WantsGradient || WantsNorms;

    public bool WantsGradient => HiddenGradient != null || WantsParameterGradient;

    public bool WantsParameterGradient => WeightGradient != null || BiasGradient != null || Update.IsWanted;

    /// <summary>Whether the softmax sees something else than W h.</summary>
    public bool TransformsLogits => Bias != null || Terms.LogitScale != 1 || IsCapped;

    public bool IsCapped => Terms.LogitSoftcap > 0;

    /// <summary>Whether targets have weights at all classes and not only at the true one.</summary>
    public bool HasDenseTargets => Batch.HasSoftTargets || Terms.Smoothing > 0;

    /// <summary>Whether sums of exponentials are all that is merged of the blocks of classes.</summary>
    public bool MergesSumsAlone =>
        !HasDenseTargets && !Softmax.AreWanted && Outputs is { States: null, Entropies: null, TargetRanks: null };

    /// <summary>Writes the results and the gradient of a row of the batch that does not count.</summary>
    public void Ignore(int row)
    {
        Outputs.WriteIgnored(row);
        if (HiddenGradient != null)
        {
            new Span<T>(HiddenGradientRow(row), Features).Clear();
        }
    }

    /// <summary>The weights of a class, which are T.</summary>
    public T* WeightRow(int c) => Weights.Row<T>(c);

    /// <summary>Where dL/dH of a row of the batch goes.</summary>
    public T* HiddenGradientRow(int row) => HiddenGradient + ((long)row * Features);

    /// <summary>
    /// What the squares of the gradient of all parameters are for a row of the set, over those of its residual: |h|^2, and with a bias 1
    /// more.
    /// </summary>
    public SquareSum ParameterSquares(int row)
    {
        double first = Bias == null ? 0 : 1;
        return Hidden.Format switch
        {
            NumberFormat.Half => SquareSum.Of<Half, T>(first, Hidden.Row<Half>(row), stride: 1, Features),
            NumberFormat.BFloat16 => SquareSum.Of<BFloat16, T>(first, Hidden.Row<BFloat16>(row), stride: 1, Features),
            _ => SquareSum.Of<T, T>(first, Hidden.Row<T>(row), stride: 1, Features),
        };
    }
}
