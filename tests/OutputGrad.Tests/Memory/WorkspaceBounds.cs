using System.Buffers;
using System.Numerics;
using OutputGrad.Engine.Calls;
using OutputGrad.Engine.FewRows;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Processes;
using Xunit;

namespace OutputGrad.Tests.Memory;

/// <summary>
/// What a call does to its workspace. The pool of arrays hands a thread the array that it gave back last, so that the test can fill it
/// beforehand and look at it afterwards.
/// </summary>
[Collection(RunsAlone.Name)]
public abstract class WorkspaceBounds<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>What <see cref="OutputGrad.Engine.Work.Workspace"/> asks for beyond its bytes, to start at a cache line.</summary>
    private const int Alignment = 64;
    private const byte Untouched = 0xFF;

    public static readonly TheoryData<int, int, int, long> Calls =
    [
        (3, 40, 600, 256L << 20),
        (8, 7, 9, 256L << 20),
        (9, 1, 1, 256L << 20),
        (17, 31, 33, 256L << 20),
        (50, 50, 600, 256L << 20),
        (40, 24, 5_000, 256L << 20),
        (40, 24, 5_000, 600_000),
        (40, 24, 5_000, 300_000),
        (150, 64, 700, 900_000),
        (1_100, 7, 40, 256L << 20),
    ];

    [Theory]
    [MemberData(nameof(Calls))]
    public void AGradientKeepsToItsWorkspaceAndReadsNothingOld(int rows, int features, int classes, long limit)
    {
        foreach (LayerBatch<T> batch in Batches(rows, features, classes))
        {
            CrossEntropyOptions options = batch.Options with { MaxWorkspaceBytes = limit };
            long told = LinearCrossEntropy.WorkspaceBytes<T>(Counted(batch), features, classes, options);
            Check(told, () => (batch with { Options = options }).Run(), Exactly.SameBits);
        }
    }

    [Theory]
    [MemberData(nameof(Calls))]
    public void AStepKeepsToItsWorkspaceAndReadsNothingOld(int rows, int features, int classes, long limit)
    {
        foreach (LayerBatch<T> batch in Batches(rows, features, classes))
        {
            CrossEntropyOptions options = batch.Options with { MaxWorkspaceBytes = Math.Max(limit, LeastWorkspace.OfStep(batch)) };
            long told = LinearCrossEntropy.WorkspaceBytes<T>(Counted(batch), features, classes, options, WorkspaceUse.Step);
            Check(told, () => (batch with { Options = options }).Step(), Exactly.SameBits);
        }
    }

    /// <summary>Of the last two thirds of the classes, or of the only one.</summary>
    [Theory]
    [MemberData(nameof(Calls))]
    public void AShardKeepsToItsWorkspaceAndReadsNothingOld(int rows, int features, int classes, long limit)
    {
        int[] cuts = classes == 1 ? [] : [classes / 3];
        int first = cuts.FirstOrDefault();
        foreach (LayerBatch<T> batch in Batches(rows, features, classes).Where(batch => batch.Targets is not null))
        {
            CrossEntropyOptions options = batch.Options with { MaxWorkspaceBytes = limit, LabelSmoothing = 0 };
            ShardedLayer<T> shards = new(batch with { Options = options }, cuts);
            SoftmaxState<T>[] merged = shards.Forward().Aggregate(ShardedLayer<T>.Merged);
            SquaredNorm[] squaredNorms = shards.SquaredNorms(merged)[^1];
            LayerBatch<T> shard = shards.Shard(cuts.Length);
            long told = LinearCrossEntropy.ShardWorkspaceBytes<T>(Counted(batch), features, shard.Classes, classes, options);
            Check(
                told,
                () =>
                {
                    SoftmaxState<T>[] states = new SoftmaxState<T>[rows];
                    LinearCrossEntropy.ShardForward(shard.Layer(), shard.Labeled(), first, classes, states, options);
                    return states;
                },
                (expected, actual, _) => Assert.Equal(expected, actual));
            Check(
                told,
                () =>
                {
                    SquaredNorm[] norms = new SquaredNorm[rows];
                    LinearCrossEntropy.ShardSquaredNorms(shard.Layer(), shard.Labeled(), first, classes, merged, norms, options);
                    return norms;
                },
                (expected, actual, _) => Assert.Equal(expected, actual));
            Check(
                told,
                () =>
                {
                    LayerOutcome<T> outcome = shard.Outcome(0);
                    return outcome with
                    {
                        Result = LinearCrossEntropy.ShardBackward(
                            shard.Layer(), shard.Labeled(), first, classes, merged, outcome.Gradients(), options, squaredNorms),
                    };
                },
                Exactly.SameBits);
        }
    }

    /// <summary>The loss with all results per row but norms, which residuals are needed for, and the softmax itself.</summary>
    [Theory]
    [MemberData(nameof(Calls))]
    public void ForwardsKeepsToItsWorkspaceAndReadsNothingOld(int rows, int features, int classes, long limit)
    {
        int turn = 0;
        foreach (LayerBatch<T> numbers in Batches(rows, features, classes))
        {
            LayerBatch<T> batch = numbers.Stored((StoredFormat)(turn % 3), StoredFormat.Full) with
            {
                Options = numbers.Options with { MaxWorkspaceBytes = limit },
            };
            Check(Told(Counted(batch)), () => Forwards(batch), Exactly.SameBits);
            Check(Told(rows), () => TopOf(batch), (expected, actual, what) => Exactly.SameBits<T>(expected, actual, what));
            turn++;

            long Told(int counted) =>
                LayerStrategy<T>.ForGradient(counted, features, classes, batch.Options).ForForward().WorkspaceBytes;
        }
    }

    /// <summary>
    /// Of few rows in the room for dL/dW, which lies behind all else: where that is not asked for nobody writes there, not even who has
    /// more features at a time to widen than a worker has room for.
    /// </summary>
    [Theory]
    [InlineData(2_048)]
    [InlineData(2_049)]
    [InlineData(2_500)]
    [InlineData(4_096)]
    [InlineData(4_200)]
    public void AHiddenGradientLeavesTheRoomOfTheOthersAsItIs(int features)
    {
        const int Rows = 4, Classes = 21;
        LayerBatch<T> batch = new RandomBatches(features)
            .NarrowLayer<T>(Rows, Classes, features, (StoredFormat.Half, StoredFormat.Half))
            .Aimed(new int[Rows]) with
        {
            Options = new() { MaxDegreeOfParallelism = 1, MaxWorkspaceBytes = 1L << 30 },
        };
        FewRowsPlan<T> plan = LayerStrategy<T>.ForGradient(Rows, features, Classes, batch.Options).FewRows!.Value;
        int behind = BehindScratch(plan);
        T[] gradient = new T[batch.Hidden.Length];
        AfterFilling(
            (int)plan.Bytes,
            Untouched,
            () => LinearCrossEntropy.LossAndGradient(
                batch.Layer(), batch.Labeled(), new OutputGradients<T> { Hidden = gradient }, batch.Options),
            out byte[] workspace);

        Assert.False(workspace.AsSpan(0, behind).IndexOfAnyExcept(Untouched) < 0, "The call did not use the array that it was given.");
        Assert.True(workspace.AsSpan(behind + Alignment).IndexOfAnyExcept(Untouched) < 0, "The room for dL/dW is written.");
    }

    /// <summary>How many bytes there are up to the room for dL/dW.</summary>
    private static unsafe int BehindScratch(FewRowsPlan<T> plan)
    {
        plan.Layout(null, out FewRowsWorkspace<T> arrays);
        return (int)(nint)arrays.WeightRows;
    }

    private static RowOutcome<T> Forwards(LayerBatch<T> batch)
    {
        RowOutcome<T> rows = batch.RowOutcome();
        LinearCrossEntropy.Loss(batch.Layer(), batch.Labeled(), batch.Options, rows.Destination with { GradientNorms = default });
        return rows;
    }

    private static T[] TopOf(LayerBatch<T> batch)
    {
        int top = Math.Min(5, batch.Classes);
        T[] logarithms = new T[batch.Rows * top];
        LinearSoftmax.TopK(batch.Layer(), batch.Hidden, batch.Rows, new int[logarithms.Length], logarithms, batch.Options);
        return logarithms;
    }

    /// <summary>On one thread; every other one with filters, which keep lists of what they leave. Some row counts.</summary>
    private static IEnumerable<LayerBatch<T>> Batches(int rows, int features, int classes)
    {
        for (int seed = 0; seed < 12; seed++)
        {
            double threshold = seed % 2 == 0 ? 0 : 1 / 64.0;
            LayerBatch<T> batch = new RandomBatches(seed).Layer<T>(rows, classes, features).Filtered(threshold, threshold);
            if (Counted(batch) > 0)
            {
                yield return batch with { Options = batch.Options with { MaxDegreeOfParallelism = 1 } };
            }
        }
    }

    private static int Counted(LayerBatch<T> batch) => batch.Targets?.Count(target => target != batch.Options.IgnoreIndex) ?? batch.Rows;

    /// <summary>
    /// All ones are NaN: what the workspace held before reaches no result. The call takes an array for what was told, and writes not one
    /// byte past that.
    /// </summary>
    private static void Check<TOutcome>(long told, Func<TOutcome> run, Action<TOutcome, TOutcome, string> haveSameBits)
    {
        int bytes = checked((int)told);
        TOutcome expected = AfterFilling(bytes, 0, run, out _);
        TOutcome actual = AfterFilling(bytes, Untouched, run, out byte[] workspace);

        haveSameBits(expected, actual, "after other numbers");
        Assert.False(workspace.AsSpan(0, bytes).IndexOfAnyExcept(Untouched) < 0, "The call did not use the array that it was given.");
        Assert.True(workspace.AsSpan(bytes + Alignment).IndexOfAnyExcept(Untouched) < 0, $"Bytes past {bytes} are written.");
    }

    private static TOutcome AfterFilling<TOutcome>(int bytes, byte value, Func<TOutcome> run, out byte[] workspace)
    {
        workspace = ArrayPool<byte>.Shared.Rent(bytes + Alignment);
        workspace.AsSpan().Fill(value);
        ArrayPool<byte>.Shared.Return(workspace);
        return run();
    }
}

public sealed class WorkspaceBoundsInFloat : WorkspaceBounds<float>;

public sealed class WorkspaceBoundsInDouble : WorkspaceBounds<double>;
