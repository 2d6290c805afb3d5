namespace VocabularyParallel;

/// <summary>What the command line says, or leaves as it is.</summary>
internal sealed record Settings
{
    /// <summary>The layer and its training: two runs that agree in these and in the number of steps end with the same bits.</summary>
    public required Recipe Recipe { get; init; }

    /// <summary>After how many steps the training ends.</summary>
    public required int Steps { get; init; }

    /// <summary>After how many steps a checkpoint is written each time.</summary>
    public required int SaveEvery { get; init; }

    /// <summary>The folder of the checkpoints.</summary>
    public required string Folder { get; init; }

    /// <summary>The checkpoint from which the training goes on, or null to start anew.</summary>
    public required Checkpoint? Resumed { get; init; }

    /// <summary>How many rows are computed again by the undivided layer.</summary>
    public required int Check { get; init; }

    /// <summary>The most threads of each rank.</summary>
    public required int Threads { get; init; }
}
