using OutputGrad.Fuzz.Problems;
using OutputGrad.Tests.Memory.GuardPages;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Oracle;

namespace OutputGrad.Fuzz.Targets;

/// <summary>Loss and gradient from logits, apart and in place, against the oracle and between guard pages.</summary>
internal sealed class LogitsTarget : FuzzTarget
{
    public override void Run<T>(FuzzInput input, FuzzMemory memory)
    {
        Edge edge = input.Of(Edge.Back, Edge.Front);
        LogitBatch<T> batch = BatchReading.ReadLogits<T>(input);
        OracleComparison.Compare<T, FromLogits>(batch, FromLogits.Run(batch));
        memory.Calls<T>().CompareLogits(batch, edge);
    }
}
