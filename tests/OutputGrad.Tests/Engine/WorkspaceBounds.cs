using System.Buffers;
using System.Numerics;
using OutputGrad.Tests.Oracle;
using Xunit;

namespace OutputGrad.Tests.Engine;

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

    /// <summary>All ones are NaN: what the workspace held before reaches no result. And not one byte past the plan's is written.</summary>
    [Theory]
    [MemberData(nameof(Calls))]
    public void OnlyTheWorkspaceIsWrittenAndNothingOldIsRead(int rows, int features, int classes, long limit)
    {
        for (int seed = 0; seed < 12; seed++)
        {
            LayerBatch<T> batch = Batch(seed, rows, classes, features);
            batch = batch with { Options = batch.Options with { MaxWorkspaceBytes = limit } };
            int counted = batch.Targets is { } targets ? targets.Count(target => target != batch.Options.IgnoreIndex) : rows;
            int bytes = (int)LinearCrossEntropy.WorkspaceBytes<T>(counted, features, classes, batch.Options);
            if (counted == 0)
            {
                continue;
            }

            LayerOutcome<T> expected = AfterFilling(bytes, 0, batch, out _);
            LayerOutcome<T> actual = AfterFilling(bytes, Untouched, batch, out byte[] workspace);

            LayerComparison.SameBits(expected, actual, "after other numbers");
            Assert.False(workspace.AsSpan(0, bytes).IndexOfAnyExcept(Untouched) < 0, "The call did not use the array that it was given.");
            Assert.True(workspace.AsSpan(bytes + Alignment).IndexOfAnyExcept(Untouched) < 0, $"Bytes past {bytes} are written: {batch.Options}");
        }
    }

    /// <summary>Of a step; what it takes is not said beforehand, so arrays of every size that it could be given are filled.</summary>
    [Theory]
    [MemberData(nameof(Calls))]
    public void AStepReadsNothingOld(int rows, int features, int classes, long limit)
    {
        for (int seed = 0; seed < 4; seed++)
        {
            LayerBatch<T> batch = Batch(seed, rows, classes, features);
            batch = batch with { Options = batch.Options with { MaxWorkspaceBytes = Math.Max(limit, LeastWorkspace.OfStep(batch)) } };
            FillEverySize(0);
            LayerOutcome<T> expected = batch.Step();
            FillEverySize(Untouched);
            LayerComparison.SameBits(expected, batch.Step(), "after other numbers");
        }
    }

    /// <summary>On one thread; every other one with filters, which keep lists of what they leave.</summary>
    private static LayerBatch<T> Batch(int seed, int rows, int classes, int features)
    {
        LayerBatch<T> batch = new RandomBatches(seed).Layer<T>(rows, classes, features);
        double threshold = seed % 2 == 0 ? 0 : 1 / 64.0;
        return batch with
        {
            Options = batch.Options with { MaxDegreeOfParallelism = 1, HiddenFilterThreshold = threshold, WeightFilterThreshold = threshold },
        };
    }

    private static void FillEverySize(byte value)
    {
        for (int bytes = 1 << 10; bytes <= 1 << 23; bytes *= 2)
        {
            byte[] array = ArrayPool<byte>.Shared.Rent(bytes);
            array.AsSpan().Fill(value);
            ArrayPool<byte>.Shared.Return(array);
        }
    }

    private static LayerOutcome<T> AfterFilling(int bytes, byte value, LayerBatch<T> batch, out byte[] workspace)
    {
        workspace = ArrayPool<byte>.Shared.Rent(bytes + Alignment);
        workspace.AsSpan().Fill(value);
        ArrayPool<byte>.Shared.Return(workspace);
        return batch.Run();
    }
}

public sealed class WorkspaceBoundsInFloat : WorkspaceBounds<float>;

public sealed class WorkspaceBoundsInDouble : WorkspaceBounds<double>;
