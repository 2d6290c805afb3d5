using OutputGrad.Fuzz.Problems;
using OutputGrad.Tests.Memory.GuardPages;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Oracle;

namespace OutputGrad.Fuzz.Targets;

/// <summary>
/// Loss and gradients of a layer, filtered or not, of numbers of 16 bits or not, of rows in their order or by index, against the oracle and
/// between guard pages.
/// </summary>
internal sealed class LayerTarget : FuzzTarget
{
    public override void Run<T>(FuzzInput input, FuzzMemory memory)
    {
        Edge edge = input.Of(Edge.Back, Edge.Front);
        bool isFiltered = input.OneIn(4);
        (double ofHidden, double ofWeights) = isFiltered ? (input.Of(0, 1e-3, .02, .2), input.Of(.02, 0, 1e-3, .2)) : (0, 0);
        LayerBatch<T> batch = BatchReading.ReadLayer<T>(input).Filtered(ofHidden, ofWeights);
        double before = input.Of(.5, 0, -3);
        if (!isFiltered)
        {
            LayerComparison.Compare(batch.Copied(), batch.Run(before), before);
        }
        else if (batch.Hidden.All(T.IsFinite) && batch.Weights.All(T.IsFinite) && batch.Bias?.All(T.IsFinite) != false)
        {
            FilterComparison<T>.Run(batch.Copied(), before);
        }

        memory.Calls<T>().CompareLayer(batch, edge);
    }
}
