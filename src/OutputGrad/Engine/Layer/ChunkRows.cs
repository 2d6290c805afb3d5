using System.Numerics;
using OutputGrad.Engine.Arguments;
using OutputGrad.Engine.Arithmetic;
using OutputGrad.Engine.Loss;
using OutputGrad.Engine.Strips;

namespace OutputGrad.Engine.Layer;

/// <summary>The rows of the batch on their way through a chunk: taken, completed, summed.</summary>
internal static unsafe class ChunkRows
{
    /// <summary>Fills the chunk with the next rows that count and writes the results of those that do not; returns the row after.</summary>
    /// <param name="layer">The call.</param>
    /// <param name="chunk">Where the rows go.</param>
    /// <param name="row">The first row of the batch that has not been looked at.</param>
    /// <param name="most">How many rows the chunk holds.</param>
    public static int Take<T>(in LayerArguments<T> layer, ref Chunk<T> chunk, int row, int most)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        BatchArguments<T> batch = layer.Batch;
        chunk.Rows = 0;
        for (; row < batch.Rows && chunk.Rows < most; row++)
        {
            int source = batch.SourceOf(row);
            if (batch.TryTarget(source, layer.Terms, out int target))
            {
                ref RowState state = ref chunk.RowStates[chunk.Rows++];
                state = default;
                state.Source = source;
                state.Destination = row;
                state.Target = target < 0 ? -1 : target - layer.FirstClass;
                state.TargetLogit = double.NegativeInfinity;
                state.Weight = batch.RowWeight(source);
                state.Clip = 1;
            }
            else
            {
                layer.Ignore(row);
            }
        }

        return row;
    }

    /// <summary>The same where it was counted before how many rows there are.</summary>
    /// <exception cref="InvalidOperationException">There are fewer now.</exception>
    public static int TakeCounted<T>(in LayerArguments<T> layer, ref Chunk<T> chunk, int row, int count)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int next = Take(layer, ref chunk, row, count);
        return chunk.Rows == count ? next : throw BatchChanged(layer);
    }

    /// <summary>Writes the results of the rows that are left, which do not count.</summary>
    /// <exception cref="InvalidOperationException">One counts now.</exception>
    public static void IgnoreRest<T>(in LayerArguments<T> layer, int row)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (; row < layer.Batch.Rows; row++)
        {
            if (layer.Batch.TryTarget(layer.Batch.SourceOf(row), layer.Terms, out _))
            {
                throw BatchChanged(layer);
            }

            layer.Ignore(row);
        }
    }

    /// <summary>Completes all rows by the softmax that the caller has merged of all shards.</summary>
    public static void CompleteFromShards<T>(in LayerArguments<T> layer, in Chunk<T> chunk)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (ref RowState row in States(chunk))
        {
            SoftmaxState<T> state = layer.MergedStates[row.Destination];
            RowMerge.Complete(layer, ref row, state.Softmax, state.LargestClass, state.Dense);
        }
    }

    /// <summary>Adds the rows' losses, in the order of the rows.</summary>
    public static void AddLosses<T>(in Chunk<T> chunk, ref LossSums sums)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (ref readonly RowState row in States(chunk))
        {
            sums.AddRow(new(row.Weight, row.CrossEntropy, row.LogSumExp, row.IsCorrect));
        }
    }

    /// <summary>
    /// The rows' gradient norms, once the squares of their residuals are summed, and by how much rows beyond the bound are scaled down.
    /// </summary>
    public static void ComputeClipping<T>(in LayerArguments<T> layer, in Chunk<T> chunk)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (ref RowState row in States(chunk))
        {
            SquareSum squares = layer.MergedNorms == null ? row.ResidualSquares : layer.MergedNorms[row.Destination].Squares;
            layer.Outputs.WriteSquaredNorm(row.Destination, new(squares));
            (double root, int exponent) = SquareSum.RootOfProduct(squares, layer.ParameterSquares(row.Source));
            double norm = Math.ScaleB(root, exponent);
            layer.Outputs.WriteNorm(row.Destination, norm);
            if (norm > layer.MaxRowNorm)
            {
                row.SetClip<T>(layer.MaxRowNorm, root, exponent);
            }
        }
    }

    /// <summary>Adds what the filters left out of the swept blocks; in the order of the blocks.</summary>
    public static void AddMasses<T>(in StripBlocks<T> strip, int firstBlock, int endBlock)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int block = firstBlock; block < endBlock; block++)
        {
            BlockStatistics<T> statistics = strip.Statistics.At(strip.At(block, lane: 0));
            for (int lane = 0; lane < strip.LiveRows; lane++)
            {
                strip.Rows[lane].HiddenMass += double.CreateTruncating(statistics.HiddenMass[lane]);
                strip.Rows[lane].WeightMass += double.CreateTruncating(statistics.WeightMass[lane]);
            }
        }
    }

    /// <summary>
    /// The largest mass that a filter left out of any row, before the row's weight and divisor; larger than the sum that was computed by
    /// more than the residuals' own errors and the chains of additions over 32 classes and 16 parts of a block can have taken from it.
    /// </summary>
    public static double LargestMass<T>(in Chunk<T> chunk)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double rounding = 1 + (128 * Ulp<T>.OfOne);
        double largest = 0;
        foreach (ref readonly RowState row in States(chunk))
        {
            double mass = Math.Max(row.HiddenMass, row.WeightMass);
            largest = Math.Max(largest, mass == 0 ? 0 : rounding * mass / row.Reduction);
        }

        return largest;
    }

    private static InvalidOperationException BatchChanged<T>(in LayerArguments<T> layer)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new($"The batch changed while the call ran: {layer.Terms.Rows} of its {layer.Batch.Rows} rows counted at first, and others do "
            + "now.");

    private static Span<RowState> States<T>(in Chunk<T> chunk)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(chunk.RowStates, chunk.Rows);
}
