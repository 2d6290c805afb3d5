namespace OutputGrad.Fuzz;

/// <summary>A layer and a batch of a random shape: from one row up, few rows as often as many, with one thread or several.</summary>
internal sealed class SoakShape
{
    public SoakShape(Random random)
    {
        Rows = random.Next(2) == 0 ? random.Next(1, 9) : random.Next(9, 300);
        Features = random.Next(1, 130);
        Classes = random.Next(5, 1 << random.Next(4, 13));
        Hidden = Numbers(random, Rows * Features);
        Weights = Numbers(random, Classes * Features);
        Bias = Numbers(random, Classes);
        Targets = [.. Enumerable.Range(0, Rows).Select(_ => random.Next(Classes))];
        HiddenGradient = new float[Hidden.Length];
        Options = new()
        {
            MaxDegreeOfParallelism = random.Next(3) switch { 0 => -1, 1 => 1, _ => 4 },
            LabelSmoothing = random.Next(3) == 0 ? .1 : 0,
        };
    }

    public int Rows { get; }

    public int Features { get; }

    public int Classes { get; }

    public float[] Hidden { get; }

    public float[] Weights { get; }

    public float[] Bias { get; }

    public int[] Targets { get; }

    public float[] HiddenGradient { get; }

    public CrossEntropyOptions Options { get; }

    public int Parameters => Weights.Length + Bias.Length;

    public LabeledBatch<float> Batch => new(Hidden, Targets);

    public OutputLayer<float> Layer => new(Weights, Bias);

    public OutputGradients<float> Gradients() =>
        new() { Hidden = HiddenGradient, Weights = new float[Weights.Length], Bias = new float[Bias.Length] };

    /// <summary>The layer of some of the classes.</summary>
    public OutputLayer<float> Part(int first, int end) =>
        new(Weights.AsSpan(first * Features, (end - first) * Features), Bias.AsSpan(first, end - first));

    private static float[] Numbers(Random random, int count)
    {
        float[] numbers = new float[count];
        foreach (ref float number in numbers.AsSpan())
        {
            number = random.NextSingle() - .5f;
        }

        return numbers;
    }
}
