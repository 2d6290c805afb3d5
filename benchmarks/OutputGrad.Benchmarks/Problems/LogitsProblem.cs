using System.Globalization;
using System.Numerics;
using OutputGrad.Benchmarks.Measurement;

namespace OutputGrad.Benchmarks.Problems;

/// <summary>Inputs and outputs of one softmax cross-entropy problem from logits, and the library's call on them.</summary>
internal sealed class LogitsProblem<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public LogitsProblem(int rows, int classes)
    {
        Rows = rows;
        Classes = classes;
        Logits = RandomData.Uniform<T>((long)rows * classes, 4, seed: 1);
        Targets = RandomData.Classes(rows, classes, seed: 2);
        Gradient = new T[Logits.Length];
    }

    public int Rows { get; }

    public int Classes { get; }

    public T[] Logits { get; }

    public int[] Targets { get; }

    public T[] Gradient { get; }

    public Contestant Ours(int threads)
    {
        CrossEntropyOptions options = new() { MaxDegreeOfParallelism = threads };
        return new Contestant("ours", () => SoftmaxCrossEntropy.LossAndGradient<T>(Logits, Targets, Gradient, options));
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Rows}x{Classes}");
}
