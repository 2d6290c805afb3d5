using System.Diagnostics.CodeAnalysis;

namespace OutputGrad.Engine.Loss;

/// <summary>
/// The index of a row as the caller wrote it. It is read once where it is used and checked as it was read: another thread of the caller's
/// may have changed it since the call began.
/// </summary>
internal static class RowIndex
{
    /// <summary>The index itself.</summary>
    /// <param name="index">Which row of the set.</param>
    /// <param name="row">Which row of the batch: the index's place among the indices.</param>
    /// <param name="setRows">How many rows the set has.</param>
    /// <exception cref="ArgumentOutOfRangeException">The set has no such row.</exception>
    public static int Checked(int index, int row, int setRows)
    {
        if ((uint)index >= (uint)setRows)
        {
            Throw("rowIndices", index, row, setRows);
        }

        return index;
    }

    [DoesNotReturn]
    private static void Throw(string argument, int index, int row, int setRows) => throw new ArgumentOutOfRangeException(
        argument, index, $"rowIndices[{row}] is {index}; an index is at least 0 and less than {setRows}, the number of the set's rows.");
}
