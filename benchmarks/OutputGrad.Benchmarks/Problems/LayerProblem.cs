using System.Numerics;
using OutputGrad.Benchmarks.Measurement;

namespace OutputGrad.Benchmarks.Problems;

/// <summary>Inputs and outputs of one output-layer problem, and the library's call on them.</summary>
internal sealed class LayerProblem<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Random numbers: logits of variance 1 for any number of features, since uniform numbers on -1 to 1 have 1/3.</summary>
    public LayerProblem(LayerShape shape)
        : this(shape, RandomHidden(shape), RandomWeights(shape), RandomTargets(shape))
    {
    }

    public LayerProblem(LayerShape shape, T[] hidden, T[] weights, int[] targets)
    {
        Shape = shape;
        Hidden = hidden;
        Weights = weights;
        Targets = targets;
        HiddenGradient = Unwritten(Hidden.Length);
        WeightGradient = Unwritten(Weights.Length);
    }

    public LayerShape Shape { get; }

    public T[] Hidden { get; }

    public T[] Weights { get; }

    public int[] Targets { get; }

    public T[] HiddenGradient { get; }

    public T[] WeightGradient { get; }

    public static T[] RandomHidden(LayerShape shape) => RandomData.Uniform<T>((long)shape.Rows * shape.Features, 1, seed: 1);

    public static T[] RandomWeights(LayerShape shape) =>
        RandomData.Uniform<T>((long)shape.Classes * shape.Features, LargestWeight(shape), seed: 2);

    public static int[] RandomTargets(LayerShape shape) => RandomData.Classes(shape.Rows, shape.Classes, seed: 3);

    /// <summary>What no random weight exceeds in magnitude.</summary>
    public static double LargestWeight(LayerShape shape) => 3 / Math.Sqrt(shape.Features);

    public Contestant Ours(int threads)
    {
        CrossEntropyOptions options = new() { MaxDegreeOfParallelism = threads };
        return new Contestant("ours", () => LossAndGradient(options), Shape.Flops);
    }

    public CrossEntropyResult LossAndGradient(CrossEntropyOptions options) =>
        LinearCrossEntropy.LossAndGradient<T>(Hidden, Weights, Targets, HiddenGradient, WeightGradient, options);

    // NaN shows what a call forgot to write, and the isStarted pages are resident before anything is timed or weighed.
    private static T[] Unwritten(int length)
    {
        T[] data = GC.AllocateUninitializedArray<T>(length);
        data.AsSpan().Fill(T.NaN);
        return data;
    }
}
