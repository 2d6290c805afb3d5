namespace OutputGrad.Benchmarks.Baselines;

/// <summary>
/// A matrix as BLAS takes it: its sizes as they enter the product, and whether it lies in memory row by row or column by column.
/// </summary>
internal readonly record struct BlasMatrix<T>(T[] Elements, int Rows, int Columns, Transposition Transposition = Transposition.None)
    where T : unmanaged
{
    /// <summary>The distance in memory between rows, or between columns where it is transposed.</summary>
    public int Stride => Transposition == Transposition.None ? Columns : Rows;
}
