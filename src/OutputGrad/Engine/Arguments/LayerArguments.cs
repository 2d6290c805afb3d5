using System.Numerics;
using OutputGrad.Engine.Arithmetic;
using OutputGrad.Engine.Loss;

namespace OutputGrad.Engine.Arguments;

/// <summary>A call on the layer as the passes see it: pinned memory, a null pointer for what is not there or not wanted.</summary>
internal unsafe struct LayerArguments<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Larger weights have left the second-level cache before they are read again.</summary>
    private const int CachedBytes = 1 << 20;

    public required int Features;
    public required T* Weights;
    public required T* Bias;
    public required T* Hidden;
    public required T* HiddenGradient;
    public required T* WeightGradient;
    public required T* BiasGradient;
    public required BatchArguments<T> Batch;
    public required RowOutputs<T> Outputs;
    public required LossTerms Terms;

    /// <summary>The classes of this layer, and where they stand among those that targets speak of: a shard has a part of them.</summary>
    public required int Classes;
    public required int FirstClass;

    /// <summary>The rows' softmax over the classes of all shards; null where it is this call that finds it.</summary>
    public required SoftmaxState<T>* MergedStates;

    /// <summary>The optimizer, where weights are updated.</summary>
    public required WeightUpdate<T> Update;

    /// <summary>Residuals below these may be left out of dL/dH, and of dL/dW and dL/db.</summary>
    public required double HiddenThreshold;
    public required double WeightThreshold;

    /// <summary>The largest norm that a row's gradient may have.</summary>
    public required double MaxRowNorm;

    /// <summary>Whether the gradients of weights and bias are added to what is there.</summary>
    public required bool Accumulates;

    /// <summary>Whether it pays to bring weights and their gradient nearer before they are needed.</summary>
    public readonly bool IsLarge => (long)Classes * Features * sizeof(T) > CachedBytes;

    public readonly bool Filters => HiddenThreshold > 0 || WeightThreshold > 0;

    public readonly bool WantsNorms => Outputs.GradientNorms != null || (MaxRowNorm < double.PositiveInfinity && WantsParameterGradient);

    public readonly bool WantsGradient => HiddenGradient != null || WantsParameterGradient;

    public readonly bool WantsParameterGradient => WeightGradient != null || BiasGradient != null || Update.IsWanted;

    /// <summary>Whether the softmax sees something else than W h.</summary>
    public readonly bool TransformsLogits => Bias != null || Terms.LogitScale != 1 || IsCapped;

    public readonly bool IsCapped => Terms.LogitSoftcap > 0;

    /// <summary>Whether targets have weights at all classes and not only at the true one.</summary>
    public readonly bool HasDenseTargets => Batch.HasSoftTargets || Terms.Smoothing > 0;

    /// <summary>Settles a row that does not count.</summary>
    public readonly void Ignore(int row)
    {
        Outputs.Ignore(row);
        if (HiddenGradient != null)
        {
            new Span<T>(HiddenGradient + ((long)row * Features), Features).Clear();
        }
    }

    public readonly T* HiddenRow(int row) => Hidden + ((long)row * Features);

    public readonly T* WeightRow(int c) => Weights + ((long)c * Features);

    public readonly T* WeightGradientRow(int c) => WeightGradient + ((long)c * Features);

    /// <summary>Lets the optimizer move so many classes' weights and biases.</summary>
    public readonly void UpdateClasses(int first, int count, T* weightGradient, T* biasGradient)
    {
        if (count > 0)
        {
            Update.Apply(WeightRow(first), weightGradient, count * Features, (long)first * Features);
            if (Bias != null)
            {
                Update.Apply(Bias + first, biasGradient, count, ((long)Classes * Features) + first);
            }
        }
    }

    /// <summary>What the squares of a row's gradient of all parameters are, over those of its residual: |h|^2, and with a bias 1 more.</summary>
    public readonly SquareSum ParameterSquares(int row) => SquareSum.Of(Bias == null ? 0 : 1, HiddenRow(row), stride: 1, Features);
}
