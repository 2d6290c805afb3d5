using OutputGrad.Fuzz.Problems;
using OutputGrad.Tests.Memory.GuardPages;
using OutputGrad.Tests.Support.Batches;

namespace OutputGrad.Fuzz.Targets;

/// <summary>A step is the gradients and then the update, bit for bit, and hands every parameter over once.</summary>
internal sealed class StepTarget : FuzzTarget
{
    public override void Run<T>(FuzzInput input, FuzzMemory memory)
    {
        Edge edge = input.Of(Edge.Back, Edge.Front);
        double threshold = input.Usually(0, 0, 1e-3, .1);
        LayerBatch<T> batch = BatchReading.ReadLayer<T>(input) with { WeightFormat = StoredFormat.Full };
        batch = batch with { Options = batch.Options with { AccumulateGradients = false, WeightFilterThreshold = threshold } };
        batch.CompareStep();
        memory.Calls<T>().CompareStep(batch, edge);
    }
}
