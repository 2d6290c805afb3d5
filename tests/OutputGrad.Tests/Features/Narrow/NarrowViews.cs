using System.Numerics;
using Xunit;

namespace OutputGrad.Tests.Features.Narrow;

/// <summary>Layers and batches of 16 bits show the memory that they were given, in its own type alone.</summary>
public abstract class NarrowViews<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Half[] _halves = new Half[6];
    private readonly ushort[] _bits = new ushort[6];
    private readonly T[] _numbers = new T[6];
    private readonly int[] _targets = new int[3];

    [Fact]
    public void ALayerShowsItsOwnWeights()
    {
        OutputLayer<T> half = OutputLayer<T>.FromHalf(_halves, _numbers), bfloat16 = OutputLayer<T>.FromBFloat16(_bits, _numbers);
        OutputLayer<T> full = new(_numbers);

        Assert.True(half.HalfWeights == _halves && half.Weights.IsEmpty && half.BFloat16Weights.IsEmpty && half.Bias == _numbers);
        Assert.True(bfloat16.BFloat16Weights == _bits && bfloat16.Weights.IsEmpty && bfloat16.HalfWeights.IsEmpty);
        Assert.True(bfloat16.Bias == _numbers && OutputLayer<T>.FromHalf(_halves).Bias.IsEmpty);
        Assert.True(OutputLayer<T>.FromBFloat16(_bits).Bias.IsEmpty);
        Assert.True(full.Weights == _numbers && full.HalfWeights.IsEmpty && full.BFloat16Weights.IsEmpty);
    }

    [Fact]
    public void ABatchShowsItsOwnHiddenVectors()
    {
        LabeledBatch<T> half = LabeledBatch<T>.FromHalf(_halves, _targets), bfloat16 = LabeledBatch<T>.FromBFloat16(_bits, _targets);
        LabeledBatch<T> full = new(_numbers, _targets);

        Assert.True(half.HalfHidden == _halves && half.Hidden.IsEmpty && half.BFloat16Hidden.IsEmpty);
        Assert.True(half.Targets == _targets && half.Rows == 3 && !half.HasSoftTargets);
        Assert.True(bfloat16.BFloat16Hidden == _bits && bfloat16.Hidden.IsEmpty && bfloat16.HalfHidden.IsEmpty);
        Assert.True(bfloat16.Targets == _targets && bfloat16.Rows == 3 && !bfloat16.HasSoftTargets);
        Assert.True(full.Hidden == _numbers && full.HalfHidden.IsEmpty && full.BFloat16Hidden.IsEmpty);
    }

    [Fact]
    public void ABatchOfSoftTargetsShowsThem()
    {
        LabeledBatch<T> half = LabeledBatch<T>.FromHalf(_halves, _numbers, rows: 2);
        LabeledBatch<T> bfloat16 = LabeledBatch<T>.FromBFloat16(_bits, _numbers, rows: 2);

        Assert.True(half.HalfHidden == _halves && half.TargetProbabilities == _numbers && half.HasSoftTargets && half.Rows == 2);
        Assert.True(bfloat16.BFloat16Hidden == _bits && bfloat16.TargetProbabilities == _numbers);
        Assert.True(bfloat16.HasSoftTargets && bfloat16.Rows == 2 && bfloat16.Targets.IsEmpty);
    }
}

public sealed class NarrowViewsInFloat : NarrowViews<float>;

public sealed class NarrowViewsInDouble : NarrowViews<double>;
