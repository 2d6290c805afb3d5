using System.Buffers;
using System.Numerics;
using OutputGrad.Tests.Memory;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Processes;
using Xunit;

namespace OutputGrad.Tests.Features;

/// <summary>
/// Code of the caller's that runs inside a call, and throws or calls the library again: it gets what it would get outside, the call around
/// it goes on as if nothing had been, and all memory goes back to the pool.
/// </summary>
[Collection(RunsAlone.Name)]
public abstract class CallersCode<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Few rows, rows of tiles, and work for several threads.</summary>
    public static readonly TheoryData<int, int, int> Shapes = [(4, 1_201, 1_101), (8, 40, 50), (40, 513, 300)];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void AnUpdateMayCallTheLibrary(int rows, int classes, int features)
    {
        LayerBatch<T> batch = new RandomBatches(rows).Layer<T>(rows, classes, features);
        LayerBatch<T> inner = new RandomBatches(5).Layer<T>(9, 70, 19);
        LayerOutcome<T> expected = batch.Step(), expectedInside = inner.Step();
        foreach (int threads in (int[])[1, 3])
        {
            T[] weights = [.. batch.Weights], bias = [.. batch.Bias ?? []];
            RecordingUpdate<T> record = new(weights.Length + bias.Length);
            int calls = 0;

            LinearCrossEntropy.Step<T, OtherwiseUpdate>(
                weights,
                bias,
                batch.Labeled(),
                new(record, () =>
                {
                    Exactly.SameBits(expectedInside, inner.Step(), "of a step inside of a step");
                    Interlocked.Increment(ref calls);
                }),
                options: batch.Options with { MaxDegreeOfParallelism = threads });

            Assert.True(calls > 0);
            Exactly.SameBits<T>([.. expected.Weights, .. expected.Bias], record.Gradient, $"gradient, {threads} threads");
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void AnUpdateThatThrowsLeavesNoMemoryRented(int rows, int classes, int features)
    {
        LayerBatch<T> batch = new RandomBatches(rows).Layer<T>(rows, classes, features);
        using PoolListener pool = new();
        foreach (int threads in (int[])[1, 3])
        {
            long before = pool.RentedBytes;
            T[] weights = [.. batch.Weights], bias = [.. batch.Bias ?? []];
            CrossEntropyOptions options = batch.Options with { MaxDegreeOfParallelism = threads };
            RecordingUpdate<T> record = new(weights.Length + bias.Length);

            Assert.Throws<TimeoutException>(() => LinearCrossEntropy.Step<T, OtherwiseUpdate>(
                weights, bias, batch.Labeled(), new(record, () => throw new TimeoutException()), options: options));

            Assert.True(pool.RentedBytes > before);
            Assert.Equal(0, pool.Held);
            (batch with { Options = options }).CompareStep();
        }
    }

    /// <summary>Class weights are the memory of the caller's that options take.</summary>
    [Fact]
    public void ClassWeightsMayThrowOrCallTheLibrary()
    {
        LayerBatch<T> batch = new RandomBatches(3).Layer<T>(9, 70, 19) with { SoftTargets = null, Targets = new int[9], Options = new() };
        double[] classWeights = [.. Enumerable.Range(0, 70).Select(c => 1 + (c % 3 / 2.0))];
        LayerOutcome<T> plain = batch.Run(), expected = (batch with { Options = new() { ClassWeights = classWeights } }).Run();
        using PoolListener pool = new();
        using CallersMemory throwing = new(classWeights, () => throw new TimeoutException());
        using CallersMemory calling = new(classWeights, () => Exactly.SameBits(plain, batch.Run(), "inside"));

        Assert.Throws<TimeoutException>(() => (batch with { Options = new() { ClassWeights = throwing.Untaken } }).Run());
        Exactly.SameBits(expected, (batch with { Options = new() { ClassWeights = calling.Untaken } }).Run(), "around");
        Assert.Equal(0, pool.Held);
    }

    /// <summary>Records, and does something else before.</summary>
    private readonly struct OtherwiseUpdate(RecordingUpdate<T> record, Action otherwise) : IWeightUpdate<T>
    {
        public void Update(Span<T> weights, ReadOnlySpan<T> gradient, long index)
        {
            otherwise();
            record.Update(weights, gradient, index);
        }
    }

    /// <summary>Numbers whose span is not to be had without something else.</summary>
    private sealed class CallersMemory(double[] numbers, Action otherwise) : MemoryManager<double>
    {
        /// <summary>The memory, for which no span has been asked.</summary>
        public ReadOnlyMemory<double> Untaken => CreateMemory(numbers.Length);

        public override Span<double> GetSpan()
        {
            otherwise();
            return numbers;
        }

        public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

        public override void Unpin()
        {
        }

        protected override void Dispose(bool disposing)
        {
        }
    }
}

public sealed class CallersCodeInFloat : CallersCode<float>;

public sealed class CallersCodeInDouble : CallersCode<double>;
