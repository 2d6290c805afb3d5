using OutputGrad.Tests.Support;
using OutputGrad.Training;
using Xunit;

namespace OutputGrad.Tests.Features.Training;

/// <summary>What a fit refuses: the message names the argument, the row and the numbers, and no parameter has changed.</summary>
public class FitRefusals
{
    private readonly ClusteredRows<float> _rows = new(20, 4, 3);

    public FitRefusals()
    {
        _rows.Weights.AsSpan().Fill(.5f);
        _rows.Bias.AsSpan().Fill(.25f);
    }

    public static TheoryData<FitOptions, string> BadOptions => new()
    {
        { new() { L2 = -1 }, "L2 is -1" },
        { new() { L2 = double.NaN }, "L2 is NaN" },
        { new() { GradientTolerance = -1e-9 }, "GradientTolerance is -1E-09" },
        { new() { GradientTolerance = double.PositiveInfinity }, "GradientTolerance" },
        { new() { MaxIterations = -1 }, "MaxIterations is -1" },
        { new() { History = 0 }, "History is 0" },
        { new() { Patience = 0 }, "Patience is 0" },
        { new() { Patience = 3 }, "validation" },
        { new() { ClassBalance = (ClassBalance)7 }, "ClassBalance is 7" },
        { new() { Loss = null! }, "Loss is null" },
        { new() { Loss = new() { AccumulateGradients = true } }, "AccumulateGradients" },
        { new() { Loss = new() { WeightFilterThreshold = .1 } }, "WeightFilterThreshold" },
        { new() { Loss = new() { MaxRowGradientNorm = 1 } }, "MaxRowGradientNorm" },
        { new() { Loss = new() { LabelSmoothing = 2 } }, "LabelSmoothing is 2" },
        { new() { Loss = new() { ClassWeights = new double[2] } }, "ClassWeights has 2" },
        { new() { Loss = new() { ClassWeights = new[] { 1, 0, -.5 } } }, "ClassWeights[2] is -0.5" },
        { new() { Loss = new() { ClassWeights = new[] { 1, double.NaN, 1 } } }, "ClassWeights[1] is NaN" },
        { new() { Loss = new() { ClassWeights = new[] { double.PositiveInfinity, 1, 1 } } }, "ClassWeights[0] is" },
        { new() { ClassBalance = ClassBalance.Balanced, Loss = new() { ClassWeights = new double[] { 1, -1, 1 } } }, "ClassWeights[1]" },
        { new() { Loss = new() { MaxWorkspaceBytes = 1 } }, "MaxWorkspaceBytes is 1" },
    };

    [Theory]
    [MemberData(nameof(BadOptions))]
    public void BadOptionsAreNamed(FitOptions options, string mention) =>
        Refused(mention, () => LinearProbe.Fit<float>(_rows.Weights, _rows.Bias, _rows.Batch, options));

    [Fact]
    public void LengthsMustMatch()
    {
        Refused("hidden has 79", () => LinearProbe.Fit<float>(
            _rows.Weights, _rows.Bias, new(_rows.Hidden.AsSpan(1), _rows.Targets)));
        Refused("weights has 11", () => LinearProbe.Fit<float>(_rows.Weights.AsSpan(1), _rows.Bias, _rows.Batch));
        Refused("bias has 2", () => LinearProbe.Fit<float>(_rows.Weights, _rows.Bias.AsSpan(1), _rows.Batch));
        Refused("rowWeights has 3", () => LinearProbe.Fit<float>(
            _rows.Weights, _rows.Bias, new LabeledBatch<float>(_rows.Hidden, _rows.Targets) { RowWeights = new float[3] }));
        Refused("validation has 10", () => LinearProbe.Fit<float>(
            _rows.Weights, _rows.Bias, _rows.Batch, null, new(_rows.Hidden.AsSpan(0, 10), _rows.Targets.AsSpan(0, 2))));
    }

    [Fact]
    public void OutputsMustBeApart()
    {
        float[] both = new float[15];
        Refused("bias", () => LinearProbe.Fit<float>(both.AsSpan(0, 12), both.AsSpan(11, 3), _rows.Batch));
        Refused("hidden", () => LinearProbe.Fit<float>(_rows.Hidden.AsSpan(0, 12), _rows.Bias, _rows.Batch));
    }

    [Fact]
    public void SomeRowMustCount()
    {
        Refused("0 rows", () => LinearProbe.Fit<float>(_rows.Weights, _rows.Bias, new([], [])));
        _rows.Targets.AsSpan().Fill(-100);
        Refused("20 rows", () => LinearProbe.Fit<float>(_rows.Weights, _rows.Bias, _rows.Batch));
    }

    [Fact]
    public void TargetsMustBeClasses()
    {
        _rows.Targets[7] = 3;
        Refused("targets[7] is 3", () => LinearProbe.Fit<float>(_rows.Weights, _rows.Bias, _rows.Batch));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void TheFirstRowThatIsNotFiniteIsNamed(float number)
    {
        _rows.Hidden[(9 * 4) + 2] = _rows.Hidden[15 * 4] = number;
        Refused("hidden has", "row 9, column 2", () => LinearProbe.Fit<float>(_rows.Weights, _rows.Bias, _rows.Batch));
        ClusteredRows<float> good = new(20, 4, 3);
        Refused("row 9, column 2", "validation loss", () => LinearProbe.Fit<float>(
            _rows.Weights, _rows.Bias, good.Batch, null, _rows.Batch));

        ClusteredRows<float> badAtOnce = new(20, 4, 3);
        badAtOnce.Hidden[3] = number;
        Refused("row 0, column 3", () => LinearProbe.Fit<float>(_rows.Weights, _rows.Bias, badAtOnce.Batch));

        Half[] halves = Array.ConvertAll(_rows.Hidden, value => (Half)value);
        Refused("row 9, column 2", () => LinearProbe.Fit<float>(
            _rows.Weights, _rows.Bias, LabeledBatch<float>.FromHalf(halves, _rows.Targets)));
        ushort[] bits = Array.ConvertAll(_rows.Hidden, value => (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16));
        Refused("row 9, column 2", () => LinearProbe.Fit<float>(
            _rows.Weights, _rows.Bias, LabeledBatch<float>.FromBFloat16(bits, _rows.Targets)));
        float[] weights = new float[20];
        weights.AsSpan().Fill(1);
        weights[4] = number;
        Refused("rowWeights has", "row 4", () => LinearProbe.Fit<float>(
            _rows.Weights, _rows.Bias, new LabeledBatch<float>(good.Hidden, good.Targets) { RowWeights = weights }));
        float[] soft = new float[20 * 3];
        soft[(6 * 3) + 1] = number;
        Refused("targetProbabilities has", "row 6, column 1", () => LinearProbe.Fit<float>(
            _rows.Weights, _rows.Bias, new LabeledBatch<float>(good.Hidden, soft, 20)));
    }

    [Fact]
    public void RowWeightsMustNotBeNegative()
    {
        float[] weights = new float[20];
        weights.AsSpan().Fill(1);
        weights[4] = weights[7] = -.5f;
        Refused("rowWeights has -0.5 in row 4", () => LinearProbe.Fit<float>(
            _rows.Weights, _rows.Bias, new LabeledBatch<float>(_rows.Hidden, _rows.Targets) { RowWeights = weights }));
        Refused("rowWeights has -0.5 in row 4", () => LinearProbe.Fit<float>(
            _rows.Weights, _rows.Bias, new LabeledBatch<float>(_rows.Hidden, new float[20 * 3], 20) { RowWeights = weights }));
    }

    [Fact]
    public void ARowThatDoesNotCountMayHoldAnything()
    {
        _rows.Hidden[(9 * 4) + 2] = float.NaN;
        _rows.Targets[9] = -100;
        float[] weights = new float[20];
        weights.AsSpan().Fill(1);
        weights[9] = -1;

        LabeledBatch<float> batch = new(_rows.Hidden, _rows.Targets) { RowWeights = weights };
        Assert.Equal(StopReason.Converged, LinearProbe.Fit<float>(_rows.Weights, _rows.Bias, batch).Reason);
    }

    [Fact]
    public void TheStartMustBeFinite()
    {
        _rows.Weights[5] = float.NaN;
        Refused("weights[5] is NaN", () => LinearProbe.Fit<float>(_rows.Weights, _rows.Bias, _rows.Batch));
        _rows.Weights[5] = 0;
        _rows.Bias[1] = float.NegativeInfinity;
        Refused("bias[1] is", () => LinearProbe.Fit<float>(_rows.Weights, _rows.Bias, _rows.Batch));
    }

    [Fact]
    public void NumbersThatAreTooLargeAreCalledSo()
    {
        _rows.Hidden.AsSpan().Fill(3e38f);
        _rows.Weights.AsSpan().Fill(3e38f);
        Refused("too large for Single", () => LinearProbe.Fit<float>(_rows.Weights, _rows.Bias, _rows.Batch));
    }

    [Fact]
    public void APathNeedsStrengthsAndValidation()
    {
        Refused("validation has no rows", () => LinearProbe.FitPath<float>(_rows.Weights, _rows.Bias, _rows.Batch, default, [1]));
        Refused("no strengths", () => LinearProbe.FitPath<float>(_rows.Weights, _rows.Bias, _rows.Batch, _rows.Batch, []));
        Refused("strengths[1] is -1", () => LinearProbe.FitPath<float>(_rows.Weights, _rows.Bias, _rows.Batch, _rows.Batch, [1, -1]));
        Refused("L2 is 2", () => LinearProbe.FitPath<float>(
            _rows.Weights, _rows.Bias, _rows.Batch, _rows.Batch, [1], new() { L2 = 2 }));
    }

    [Fact]
    public void OtherTypesAreNotSupported()
    {
        Half[] weights = new Half[4], bias = new Half[2];
        Assert.Throws<NotSupportedException>(() => LinearProbe.Fit<Half>(weights, bias, new(new Half[4], new int[2])));

        // whatever else is wrong
        Assert.Throws<NotSupportedException>(() => LinearProbe.Fit<Half>(weights, bias, new(new Half[3], new int[2])));
    }

    private void Refused(string mention, Func<object> call) => Refused(mention, mention, call);

    private void Refused(string mention, string another, Func<object> call)
    {
        float[] before = [.. _rows.Weights, .. _rows.Bias];

        ArgumentException error = Assert.ThrowsAny<ArgumentException>(call);

        Assert.Contains(mention, error.Message, StringComparison.Ordinal);
        Assert.Contains(another, error.Message, StringComparison.Ordinal);
        Assert.NotNull(error.ParamName);
        Exactly.SameBits<float>(before, [.. _rows.Weights, .. _rows.Bias], "parameters");
    }
}
