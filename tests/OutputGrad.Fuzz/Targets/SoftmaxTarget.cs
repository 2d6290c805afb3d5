using OutputGrad.Fuzz.Problems;
using OutputGrad.Tests.Memory.GuardPages;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Oracle;

namespace OutputGrad.Fuzz.Targets;

/// <summary>The layer forwards: probabilities, their logarithms and the most likely classes.</summary>
internal sealed class SoftmaxTarget : FuzzTarget
{
    public override void Run<T>(FuzzInput input, FuzzMemory memory)
    {
        Edge edge = input.Of(Edge.Back, Edge.Front);
        int top = input.Below(8);
        LayerBatch<T> batch = BatchReading.ReadLayer<T>(input) with { RowIndices = null, HiddenFormat = StoredFormat.Full };
        top = Math.Min(top, batch.Classes);
        SoftmaxComparison.Compare(batch, batch.Softmax(top));
        memory.Calls<T>().CompareSoftmax(batch, top, edge);
    }
}
