namespace NextWord;

/// <summary>What the command line says, or leaves as it is.</summary>
internal sealed record Settings
{
    public required int Epochs { get; init; }

    /// <summary>How many words the model looks back.</summary>
    public required int Context { get; init; }

    /// <summary>The length of an embedding, and so of a hidden vector.</summary>
    public required int Features { get; init; }

    /// <summary>How many words are predicted before the dials are turned.</summary>
    public required int Batch { get; init; }

    public required Optimizer Optimizer { get; init; }

    public required double LearningRate { get; init; }

    public required double WeightDecay { get; init; }

    /// <summary>The threshold of both gradient filters; 0 is exact.</summary>
    public required double Filter { get; init; }

    public required int Seed { get; init; }

    /// <summary>The most threads that work on the output layer.</summary>
    public required int Threads { get; init; }
}
