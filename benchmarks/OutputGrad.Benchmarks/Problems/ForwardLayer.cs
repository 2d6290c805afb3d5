using System.Numerics;

namespace OutputGrad.Benchmarks.Problems;

/// <summary>Inputs of one output-layer problem that is only run forwards: no gradient takes the memory that the weights take.</summary>
internal sealed class ForwardLayer<T>(LayerShape shape)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public LayerShape Shape { get; } = shape;

    /// <summary>rows x features.</summary>
    public T[] Hidden { get; } = LayerProblem<T>.RandomHidden(shape);

    /// <summary>classes x features.</summary>
    public T[] Weights { get; } = LayerProblem<T>.RandomWeights(shape);

    public int[] Targets { get; } = LayerProblem<T>.RandomTargets(shape);

    /// <summary>The operations of the only product, the logits.</summary>
    public double Flops => Shape.Flops / 3;

    public CrossEntropyResult Loss(CrossEntropyOptions options) => Loss(options, default);

    public CrossEntropyResult Loss(CrossEntropyOptions options, RowResults<T> rows) =>
        LinearCrossEntropy.Loss(new OutputLayer<T>(Weights), new LabeledBatch<T>(Hidden, Targets), options, rows);

    public void LogProbabilities(Span<T> logProbabilities, CrossEntropyOptions options) =>
        LinearSoftmax.LogProbabilities(new OutputLayer<T>(Weights), Hidden, Shape.Rows, logProbabilities, options);

    public void Probabilities(Span<T> probabilities, CrossEntropyOptions options) =>
        LinearSoftmax.Probabilities(new OutputLayer<T>(Weights), Hidden, Shape.Rows, probabilities, options);

    public void TopK(Span<int> classes, Span<T> logProbabilities, CrossEntropyOptions options) =>
        LinearSoftmax.TopK(new OutputLayer<T>(Weights), Hidden, Shape.Rows, classes, logProbabilities, options);
}
