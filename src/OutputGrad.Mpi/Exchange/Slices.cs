namespace OutputGrad.Mpi.Exchange;

/// <summary>How some elements are cut into a slice for each rank, as even as can be, in the bytes in which MPI counts.</summary>
internal readonly struct Slices
{
    /// <summary>
    /// MPI counts in 32 bits. What is longer goes in several exchanges; a power of two, so that it is a whole number of elements.
    /// </summary>
    public const int MostBytes = 1 << 30;

    private readonly int _elementBytes;

    public Slices(int elements, int ranks, int elementBytes)
    {
        _elementBytes = elementBytes;
        Bytes = new int[ranks];
        Starts = new int[ranks];
        for (int rank = 0; rank < ranks; rank++)
        {
            int start = StartOf(rank, elements, ranks);
            Starts[rank] = start * elementBytes;
            Bytes[rank] = (StartOf(rank + 1, elements, ranks) - start) * elementBytes;
        }
    }

    /// <summary>The bytes of each rank's slice.</summary>
    public int[] Bytes { get; }

    /// <summary>Where each rank's slice begins, in bytes.</summary>
    public int[] Starts { get; }

    /// <summary>The elements of a rank's slice.</summary>
    public int Length(int rank) => Bytes[rank] / _elementBytes;

    /// <summary>Where a rank's slice begins, in elements.</summary>
    public int Start(int rank) => Starts[rank] / _elementBytes;

    private static int StartOf(int rank, int elements, int ranks) => (int)((long)elements * rank / ranks);
}
