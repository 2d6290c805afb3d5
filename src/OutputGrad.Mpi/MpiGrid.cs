namespace OutputGrad.Mpi;

/// <summary>
/// Ranks in a grid, for a layer that is too large or too slow for one direction: the classes are split along one side of it, the rows of
/// the batch along the other.
/// </summary>
/// <remarks>
/// <code>
///                 classes 0..         classes 25,000..
/// rows 0..        rank 0              rank 1               classPart 0 and 1 of rowPart 0
/// rows 512..      rank 2              rank 3               classPart 0 and 1 of rowPart 1
/// </code>
/// Ranks beside each other share their rows and exchange softmax states and dL/dH; ranks below each other share their classes and add up
/// dL/dW. With one part of the classes only the rows are split, with one part of the rows only the classes.
/// </remarks>
public sealed class MpiGrid : IDisposable
{
    /// <summary>A grid of all ranks of a communicator, row by row. All ranks make one of the same form.</summary>
    /// <param name="ranks">The ranks.</param>
    /// <param name="classParts">How many parts the classes are split into. Divides the number of ranks.</param>
    /// <exception cref="ArgumentNullException"><paramref name="ranks"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="classParts"/> does not divide the number of ranks.</exception>
    /// <inheritdoc cref="MpiCommunicator.Barrier" path="/exception"/>
    public MpiGrid(MpiCommunicator ranks, int classParts)
    {
        ArgumentNullException.ThrowIfNull(ranks);
        if (classParts < 1 || ranks.Size % classParts != 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(classParts), classParts, $"classParts is {classParts}; it must divide the {ranks.Size} ranks.");
        }

        Ranks = ranks;
        ClassParts = classParts;
        ClassRanks = ranks.Split(RowPart);
        RowRanks = ranks.Split(ClassPart);
    }

    /// <summary>All ranks.</summary>
    public MpiCommunicator Ranks { get; }

    /// <summary>The ranks that share this rank's rows; the classes are split over them.</summary>
    public MpiCommunicator ClassRanks { get; }

    /// <summary>The ranks that share this rank's classes; the rows are split over them.</summary>
    public MpiCommunicator RowRanks { get; }

    /// <summary>How many parts the classes are split into.</summary>
    public int ClassParts { get; }

    /// <summary>How many parts the rows are split into.</summary>
    public int RowParts => Ranks.Size / ClassParts;

    /// <summary>Which part of the classes this rank has.</summary>
    public int ClassPart => Ranks.Rank % ClassParts;

    /// <summary>Which part of the rows this rank has.</summary>
    public int RowPart => Ranks.Rank / ClassParts;

    /// <summary>What this rank has exchanged along both sides and with all.</summary>
    public MpiTraffic Traffic => Ranks.Traffic + ClassRanks.Traffic + RowRanks.Traffic;

    /// <summary>Gives up the communicators of both sides; all ranks do. That of all ranks stays.</summary>
    public void Dispose()
    {
        ClassRanks.Dispose();
        RowRanks.Dispose();
    }
}
