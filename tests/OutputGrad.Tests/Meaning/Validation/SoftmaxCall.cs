using System.Numerics;

namespace OutputGrad.Tests.Meaning.Validation;

/// <summary>A valid call of <see cref="LinearSoftmax"/>, 3 rows of 2 features and 4 classes, of which the first 2 are asked for.</summary>
public sealed class SoftmaxCall<T> : CallMemory<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public SoftmaxCall(SoftmaxMethod method)
    {
        Method = method;
        foreach ((string name, int length) in (IEnumerable<(string, int)>)[
            ("weights", 8), ("bias", 4), ("hidden", 6), (Output, method == SoftmaxMethod.TopK ? 6 : 12)])
        {
            Resize(name, length);
        }
    }

    public SoftmaxMethod Method { get; }

    public int Rows { get; set; } = 3;

    public Memory<int> Classes { get; set; } = new int[] { 91, 92, 93, 94, 95, 96 };

    /// <summary>What the method calls the numbers that it writes.</summary>
    public string Output => Method == SoftmaxMethod.Probabilities ? "probabilities" : "logProbabilities";

    public override IReadOnlyList<string> Outputs => [Output];

    public override IReadOnlyList<string> Inputs => ["weights", "bias", "hidden"];

    public override void Run()
    {
        OutputLayer<T> layer = new(this["weights"].Span, this["bias"].Span);
        switch (Method)
        {
            case SoftmaxMethod.LogProbabilities:
                LinearSoftmax.LogProbabilities(layer, this["hidden"].Span, Rows, this[Output].Span, Options);
                break;
            case SoftmaxMethod.Probabilities:
                LinearSoftmax.Probabilities(layer, this["hidden"].Span, Rows, this[Output].Span, Options);
                break;
            default:
                LinearSoftmax.TopK(layer, this["hidden"].Span, Rows, Classes.Span, this[Output].Span, Options);
                break;
        }
    }

    public override byte[][] Snapshot() => [.. base.Snapshot(), Bits.Of(Classes)];
}

public enum SoftmaxMethod
{
    LogProbabilities,
    Probabilities,
    TopK,
}
