using OutputGrad.Fuzz.Problems;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Oracle;

namespace OutputGrad.Fuzz.Targets;

/// <summary>
/// A workspace of any size does or is refused with the least that does; what it gives agrees with the oracle, and its bits do not depend on
/// the number of threads.
/// </summary>
internal sealed class WorkspaceTarget : FuzzTarget
{
    public override void Run<T>(FuzzInput input, FuzzMemory memory)
    {
        long limit = 1 + ((long)input.Below(1 << 16) << input.Below(8));
        int threads = 1 + input.Below(8);
        LayerBatch<T> batch = BatchReading.ReadLayer<T>(input);
        LayerOutcome<T> outcome;
        try
        {
            batch = batch with { Options = batch.Options with { MaxWorkspaceBytes = limit } };
            outcome = batch.Run();
        }
        catch (ArgumentException refusal) when (refusal.ParamName == "options")
        {
            long told = LeastWorkspace.Told(() => batch.Run(), limit);
            batch = batch with { Options = batch.Options with { MaxWorkspaceBytes = told } };
            outcome = batch.Run();
        }

        LayerComparison.Compare(batch.Copied(), outcome);
        LayerBatch<T> shared = batch with { Options = batch.Options with { MaxDegreeOfParallelism = threads } };
        Exactly.SameBits(outcome, shared.Run(), $"of {threads} threads");
    }
}
