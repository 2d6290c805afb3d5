using System.Numerics;
using OutputGrad.Engine.Calls;
using OutputGrad.Engine.Layer;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Oracle;
using Xunit;

namespace OutputGrad.Tests.Memory;

/// <summary>
/// With any workspace that is enough the layer gives what the oracle does, to its bounds: rows in any chunks, logits stored or not.
/// </summary>
public abstract class Budgets<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Rows = 20, Features = 9, Classes = 4_700;

    /// <summary>
    /// From the least limit on in steps, each plan that comes up once: up to 8 stored blocks of 10, then all, in one chunk and in more.
    /// </summary>
    [Fact]
    public void EveryPlanIsRight()
    {
        LayerBatch<T>[] batches = [.. Enumerable.Range(0, 7).Select(
            seed => new RandomBatches(900 + seed).Layer<T>(Rows, Classes, Features))];
        Assert.Contains(batches, batch => batch.Targets is null);
        long roomy = LinearCrossEntropy.WorkspaceBytes<T>(Rows, Features, Classes),
            least = LeastWorkspace.Of<T>(Rows, Features, Classes, new());
        HashSet<(int ChunkRows, int StoredBlocks)> plans = [];
        for (long limit = least; limit <= roomy * 11 / 10; limit += 2_000)
        {
            CrossEntropyOptions limited = new() { MaxWorkspaceBytes = limit };
            LayerPlan<T> plan = LayerStrategy<T>.ForGradient(Rows, Features, Classes, limited).Tiles!.Value;
            if (plans.Add((plan.Shape.Rows, plan.StoredBlocks)))
            {
                LayerBatch<T> batch = batches[plans.Count % batches.Length];
                bool accumulates = plans.Count % 2 == 0;
                batch = batch with { Options = batch.Options with { MaxWorkspaceBytes = limit, AccumulateGradients = accumulates } };
                LayerComparison.Compare(batch, batch.Run(before: .5), before: .5);
            }
        }

        Assert.All([1, 2, 3, 4, 5, 6, 7, 8, 10], stored => Assert.Contains(plans, plan => plan.StoredBlocks == stored));
        Assert.Contains((Rows, 10), plans);
        Assert.Contains(plans, plan => plan.ChunkRows < Rows);
    }
}

public sealed class BudgetsInFloat : Budgets<float>;

public sealed class BudgetsInDouble : Budgets<double>;
