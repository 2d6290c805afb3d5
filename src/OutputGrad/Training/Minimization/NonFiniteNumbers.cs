using System.Numerics;
using System.Runtime.InteropServices;
using OutputGrad.Engine.Arguments;
using OutputGrad.Engine.Simd;

namespace OutputGrad.Training.Minimization;

/// <summary>Finds the number that made a loss NaN or infinite. Data are searched only then.</summary>
internal static class NonFiniteNumbers
{
    /// <summary>The exception that names the first row of a batch that has such a number.</summary>
    /// <param name="batch">Whose sizes and row indices have been checked.</param>
    /// <param name="what">What is not finite.</param>
    /// <param name="ignoreIndex">The target of rows that are not read.</param>
    public static ArgumentException Find<T>(LabeledBatch<T> batch, string what, int ignoreIndex)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < batch.SelectedRows; i++)
        {
            int row = batch.RowIndices.IsEmpty ? i : batch.RowIndices[i];
            if (!batch.HasSoftTargets && batch.Targets[row] == ignoreIndex)
            {
                continue;
            }

            ArgumentException? found = InHidden(batch.StoredHidden, row, batch.Rows, what)
                ?? In<T, T>(Row(batch.TargetProbabilities, row, batch.Rows), "targetProbabilities", row, what)
                ?? In<T, T>(batch.RowWeights.IsEmpty ? [] : batch.RowWeights.Slice(row, 1), "rowWeights", row, what);
            if (found is not null)
            {
                return found;
            }
        }

        return Checks.Mismatch("batch", $"The {what} is not finite, although all numbers are: they are too large for {typeof(T).Name}, "
            + "or the weights of the rows that count sum to 0.");
    }

    /// <summary>Throws if one of the parameters at the start is not finite.</summary>
    public static void Refuse<T>(ReadOnlySpan<T> parameters, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int found = IndexIn<T, T>(parameters);
        if (found >= 0)
        {
            throw Checks.Mismatch(name, $"{name}[{found}] is {parameters[found]}; a fit starts from finite parameters.");
        }
    }

    /// <summary>Where the first of them is, of numbers that may be stored in 16 bits; -1 where there is none.</summary>
    public static int IndexIn<TStored, T>(ReadOnlySpan<TStored> numbers)
        where TStored : unmanaged
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            if (!T.IsFinite(Widening.Number<TStored, T>(numbers[i])))
            {
                return i;
            }
        }

        return -1;
    }

    private static ArgumentException? InHidden<T>(StoredSpan<T> hidden, int row, int rows, string what)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => hidden.Format switch
        {
            NumberFormat.Full => In<T, T>(Row(hidden.Full, row, rows), "hidden", row, what),
            NumberFormat.Half => In<Half, T>(Row(hidden.Half, row, rows), "hidden", row, what),
            _ => In<BFloat16, T>(Row(MemoryMarshal.Cast<ushort, BFloat16>(hidden.BFloat16), row, rows), "hidden", row, what),
        };

    private static ReadOnlySpan<TStored> Row<TStored>(ReadOnlySpan<TStored> matrix, int row, int rows) =>
        matrix.Slice(row * (matrix.Length / rows), matrix.Length / rows);

    private static ArgumentException? In<TStored, T>(ReadOnlySpan<TStored> numbers, string name, int row, string what)
        where TStored : unmanaged
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int found = IndexIn<TStored, T>(numbers);
        return found < 0 ? null : Checks.Mismatch(
            name,
            $"{name} has {Widening.Number<TStored, T>(numbers[found])} in row {row}, column {found}: the {what} is not finite.");
    }
}
