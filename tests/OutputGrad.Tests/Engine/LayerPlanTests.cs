using System.Numerics;
using OutputGrad.Engine.Calls;
using OutputGrad.Engine.Layer;
using OutputGrad.Engine.Simd;
using OutputGrad.Engine.Strips;
using OutputGrad.Tests.Support.Batches;
using Xunit;

namespace OutputGrad.Tests.Engine;

/// <summary><see cref="LayerPlan{T}"/>: what a call takes is what it says, whatever the limits are.</summary>
public abstract unsafe class LayerPlanTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly (int Rows, int Features, int Classes)[] Shapes =
    [
        (9, 1, 1), (40, 24, 5_000), (40, 2, 5_000), (150, 64, 700), (1_100, 20, 30), (2_000, 1_500, 513), (64, 32, 20_000), (333, 7, 1_025),
    ];

    private static readonly int[] Degrees = [1, 2, 3, 7, 64, -1];

    /// <summary>
    /// The arrays of a plan lie one behind the other, each large enough for what is put there, and end where the plan says.
    /// </summary>
    [Fact]
    public void TheArraysFillTheWorkspaceWithoutOverlap()
    {
        foreach ((LayerPlan<T> plan, string what) in EveryPlan())
        {
            byte* start = (byte*)4096;
            long bytes = plan.Layout(start, out LayerWorkspace<T> workspace);
            Chunk<T> chunk = workspace.Chunk;
            Assert.Equal(plan.Bytes, bytes);

            T* logitsEnd = chunk.Logits;
            for (int block = 0; block < plan.StoredBlocks; block++)
            {
                T* lines = chunk.Block(block, firstStored: 0).Lines;
                Assert.True(lines >= (block == 0 ? chunk.Logits : logitsEnd), what);
                logitsEnd = lines + (chunk.Strips * chunk.StripStride(block));
            }

            BlockStatistics<T> first = chunk.Statistics, end = first.At((nint)chunk.Blocks * chunk.PaddedRows);
            WorkerScratch<T> last = new(workspace.Scratch, chunk, plan.Workers - 1);
            (nint From, nint To)[] arrays =
            [
                ((nint)chunk.Logits, (nint)logitsEnd),
                ((nint)chunk.HiddenColumns, (nint)(chunk.HiddenColumns + ((nint)chunk.Features * chunk.PaddedRows))),
                ((nint)chunk.HiddenRows, (nint)(chunk.HiddenRows + ((nint)chunk.PaddedFeatures * chunk.PaddedRows))),
                ((nint)chunk.HiddenGradient, (nint)(chunk.HiddenGradient + ((nint)chunk.PaddedFeatures * chunk.PaddedRows))),
                ((nint)first.Max, (nint)end.Max),
                ((nint)first.Sum, (nint)end.Sum),
                ((nint)first.ArgMax, (nint)end.ArgMax),
                ((nint)first.Gap, (nint)end.Gap),
                ((nint)first.TargetSum, (nint)end.TargetSum),
                ((nint)chunk.RowStates, (nint)(chunk.RowStates + chunk.PaddedRows)),
                ((nint)workspace.Scratch, (nint)(last.GroupLogits + last.Elements)),
            ];
            nint filled = (nint)start;
            foreach ((nint from, nint to) in arrays)
            {
                Assert.True(from >= filled && from % 64 == 0 && to > from, what);
                filled = to;
            }

            Assert.InRange((nint)start + plan.Bytes - filled, 0, 63);
        }
    }

    /// <summary>A worker's parts that are in use at the same time lie one behind the other.</summary>
    [Fact]
    public void AWorkersPartsDoNotOverlap()
    {
        Chunk<T> shape = new() { Rows = 40, Features = 100, Classes = 5_000 };
        WorkerScratch<T> scratch = new((T*)4096, shape, worker: 1);
        long strip = shape.StripStride(0), tile = Blocking.TileHeight * Blocking.GroupStrips * Lanes<T>.Count;
        T*[] starts =
        [
            scratch.GroupLogits, scratch.Strip.Capped, scratch.Strip.Slopes, scratch.Strip.DenseTargets, scratch.Tile,
            scratch.WidenedWeights, (T*)4096 + (2 * scratch.Elements),
        ];

        Assert.Equal(
            [Blocking.GroupStrips * strip, strip, strip, strip, tile, Blocking.TileHeight * shape.Features],
            [.. Enumerable.Range(0, starts.Length - 1).Select(part => starts[part + 1] - starts[part])]);
    }

    /// <summary>Only where a step's rows are in several chunks must all softmaxes be known before the first gradient.</summary>
    [Theory]
    [InlineData(40, 1)]
    [InlineData(1_100, 2)]
    public void AStepInOneChunkKeepsItsLogits(int rows, int chunks)
    {
        CrossEntropyOptions options = new() { MaxDegreeOfParallelism = 1 };
        LayerPlan<T> step = LayerPlan<T>.WithRoomForUpdate(rows, 24, 5_000, options)!.Value.ForUpdate(rows, options)!.Value;

        Assert.Equal(chunks, step.Chunks);
        Assert.Equal(chunks > 1, step.SeesAllRowsFirst);
        Assert.Equal(chunks == 1, step.StoresAll);
    }

    [Fact]
    public void TheLimitIsKeptAndThePlanIsWhatIsSaid()
    {
        foreach ((LayerPlan<T> plan, string what) in EveryPlan())
        {
            Assert.True(plan.Bytes > 0, what);
            Assert.InRange(plan.StoredBlocks, 1, plan.Shape.Blocks);
            Assert.InRange(plan.BlocksPerSweep, 1, plan.StoredBlocks);
        }

        foreach (((int rows, int features, int classes), CrossEntropyOptions options) in EveryLimit())
        {
            long said = LinearCrossEntropy.WorkspaceBytes<T>(rows, features, classes, options);
            Assert.InRange(said, 1, options.MaxWorkspaceBytes);
            Assert.Equal(Plan((rows, features, classes), options).Bytes, said);
        }
    }

    /// <summary>The rows of a chunk are a chain of additions: bits depend on them, and must not on the threads.</summary>
    [Fact]
    public void ThreadsChangeNothingButTheirOwnPart()
    {
        foreach (((int rows, int features, int classes), CrossEntropyOptions options) in EveryLimit())
        {
            (int, int)[] plans = [.. Degrees.Select(degree =>
            {
                LayerPlan<T> plan = Plan((rows, features, classes), options with { MaxDegreeOfParallelism = degree });
                Assert.InRange(plan.Workers, 1, degree == -1 ? Environment.ProcessorCount : degree);
                return (plan.Shape.Rows, plan.StoredBlocks);
            })];
            Assert.Single(plans.Distinct());
        }
    }

    [Fact]
    public void EveryWayOfFittingIsAmongThePlans()
    {
        LayerPlan<T>[] plans = [.. EveryPlan().Select(one => one.Plan)];
        Assert.Equal(Enumerable.Range(1, 8), plans.Where(plan => !plan.StoresAll).Select(plan => plan.StoredBlocks).Distinct().Order());
        Assert.Contains(plans, plan => plan.StoresAll && plan.Workers == 64);
        Assert.Contains(plans, plan => plan.Shape.Rows % Lanes<T>.Count != 0);
    }

    private static IEnumerable<(LayerPlan<T> Plan, string What)> EveryPlan() =>
        from limited in EveryLimit()
        from degree in Degrees
        let shape = limited.Shape
        let options = limited.Options with { MaxDegreeOfParallelism = degree }
        select (Plan(shape, options), $"{typeof(T).Name} {shape} {options}");

    private static LayerPlan<T> Plan((int Rows, int Features, int Classes) shape, CrossEntropyOptions options)
    {
        LayerPlan<T> plan = LayerStrategy<T>.ForGradient(shape.Rows, shape.Features, shape.Classes, options).Tiles!.Value;
        Assert.True(plan.Bytes <= options.MaxWorkspaceBytes, $"{plan.Bytes} bytes for {shape} {options}");
        return plan;
    }

    /// <summary>Every shape with limits from the least one up to more than it takes.</summary>
    private static IEnumerable<((int Rows, int Features, int Classes) Shape, CrossEntropyOptions Options)> EveryLimit()
    {
        foreach ((int Rows, int Features, int Classes) shape in Shapes)
        {
            long least = LeastWorkspace.Of<T>(shape.Rows, shape.Features, shape.Classes, new());
            for (long limit = least; limit < 256L << 20; limit += Math.Max(1, limit / 60))
            {
                yield return (shape, new() { MaxWorkspaceBytes = limit });
            }
        }
    }
}

public sealed class LayerPlanTestsInFloat : LayerPlanTests<float>;

public sealed class LayerPlanTestsInDouble : LayerPlanTests<double>;
