namespace Intents;

/// <summary>What the command line says, or leaves as it is.</summary>
internal sealed record Settings
{
    /// <summary>The most questions of an intent to train on, and to test on.</summary>
    public required int PerIntent { get; init; }

    /// <summary>The inverse of the penalty's strength, as scikit-learn has it.</summary>
    public required double C { get; init; }

    /// <summary>A question of the user's own.</summary>
    public required string Question { get; init; }

    /// <summary>Where embeddings, classifier and picture go.</summary>
    public required string Folder { get; init; }
}
