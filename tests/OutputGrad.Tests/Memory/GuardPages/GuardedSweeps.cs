using System.Numerics;
using System.Runtime.Intrinsics;
using OutputGrad.Engine.Simd;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Optimizers;
using Xunit;

namespace OutputGrad.Tests.Memory.GuardPages;

/// <summary>
/// The sweeps that a stray access would end together with their process. Explicit: <see cref="StrayAccesses"/> runs them in a process of
/// their own. Each shape is announced on the error stream before it runs, so that the last one announced is the one that strayed.
/// </summary>
public abstract class GuardedSweeps<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [Fact(Explicit = true)]
    public void Logits()
    {
        using GuardedCalls<T> calls = new();
        for (int classes = 1; classes <= 257; classes++)
        {
            for (int variety = 0; variety < 6; variety++)
            {
                int rows = 1 + ((classes + variety) % 5);
                Announce($"logits of {rows} rows x {classes} classes, variety {variety}");
                LogitBatch<T> batch = new RandomBatches((classes * 6) + variety).Logits<T>(rows, classes);
                calls.CompareLogits(batch, Edge.Back);
                calls.CompareLogits(batch, Edge.Front);
            }

            Announce($"logits that are not numbers of {classes} classes");
            T[] notNumbers = [.. Enumerable.Repeat(T.NaN, classes)];
            calls.CompareLogits(new RandomBatches(classes).Logits<T>(1, classes) with { Logits = notNumbers }, Edge.Back);
        }

        Report(calls);
    }

    [Fact(Explicit = true)]
    public void Layers()
    {
        using GuardedCalls<T> calls = new();
        for (int classes = 1; classes <= 50; classes++)
        {
            for (int features = 1; features <= 50; features++)
            {
                int rows = 1 + (((classes * 7) + (features * 3)) % 50);
                Announce($"a layer of {rows} rows x {classes} classes x {features} features");
                LayerBatch<T> batch = new RandomBatches((classes * 64) + features).Layer<T>(rows, classes, features);
                double threshold = classes % 3 == 0 ? 1.0 / classes : 0;
                CrossEntropyOptions options = batch.Options with { HiddenFilterThreshold = threshold, WeightFilterThreshold = threshold };
                batch = batch with { Options = options };
                calls.CompareLayer(batch, (classes + features) % 2 == 0 ? Edge.Back : Edge.Front);
                calls.CompareStep(batch, (classes + features) % 2 == 0 ? Edge.Front : Edge.Back);
            }
        }

        Report(calls);
    }

    /// <summary>Each dimension up to 257, the others small; every entry point of the layer.</summary>
    [Fact(Explicit = true)]
    public void LongLayers()
    {
        using GuardedCalls<T> calls = new();
        for (int length = 51; length <= 257; length++)
        {
            (int, int, int)[] shapes = [(1 + (length % 4), 5, length), (3, length, 1 + (length % 9)), (length, 3, 1 + (length % 5))];
            foreach ((int rows, int classes, int features) in shapes)
            {
                Edge edge = (rows + classes + features) % 2 == 0 ? Edge.Back : Edge.Front;
                Announce($"a layer of {rows} rows x {classes} classes x {features} features");
                LayerBatch<T> batch = new RandomBatches(length).Layer<T>(rows, classes, features);
                calls.CompareLayer(batch, edge);
                calls.CompareStep(batch, edge);
                calls.CompareShards(batch, 1 + (length % (classes - 1)), edge);
                calls.CompareSoftmax(batch, top: 2, edge);
            }
        }

        Report(calls);
    }

    [Fact(Explicit = true)]
    public void Softmaxes()
    {
        using GuardedCalls<T> calls = new();
        foreach (int classes in (int[])[.. Enumerable.Range(1, 50), 511, 513])
        {
            for (int features = 1; features <= 40; features += 3)
            {
                int rows = 1 + (((classes * 7) + features) % (classes > 50 ? 15 : 30)), top = 1 + (features % classes);
                StoredFormat format = (StoredFormat)(features % 3);
                Announce($"the softmax of {rows} rows x {classes} classes x {features} features, the first {top}, of {format}");
                LayerBatch<T> batch = new RandomBatches((classes * 64) + features).Layer<T>(rows, classes, features);
                calls.CompareSoftmax(batch.Stored(format, StoredFormat.Full), top, Edge.Back);
                calls.CompareSoftmax(batch.Stored(format, StoredFormat.Full), top, Edge.Front);
            }
        }

        Report(calls);
    }

    [Fact(Explicit = true)]
    public void Shards()
    {
        using GuardedCalls<T> calls = new();
        for (int classes = 2; classes <= 50; classes++)
        {
            for (int features = 1; features <= 50; features += 7)
            {
                int rows = 1 + (((classes * 7) + (features * 3)) % 50), cut = 1 + (features % (classes - 1));
                Announce($"a layer of {rows} rows x {classes} classes x {features} features cut at class {cut}");
                LayerBatch<T> batch = new RandomBatches((classes * 64) + features).IndexedLayer<T>(rows, classes, features);
                calls.CompareShards(batch, cut, (classes + features) % 2 == 0 ? Edge.Back : Edge.Front);
            }
        }

        Report(calls);
    }

    /// <summary>Rows of a set of more or fewer others, by their indices.</summary>
    [Fact(Explicit = true)]
    public void RowsByIndex()
    {
        using GuardedCalls<T> calls = new();
        for (int classes = 2; classes <= 50; classes += 3)
        {
            for (int features = 1; features <= 50; features += 4)
            {
                int setRows = 1 + (((classes * 7) + (features * 3)) % 50), rows = 1 + (((classes * 3) + (features * 7)) % 50);
                Announce($"{rows} rows by index of {setRows} rows x {classes} classes x {features} features");
                RandomBatches random = new((classes * 64) + features);
                int[] rowIndices = random.RowIndices(rows, setRows);
                LayerBatch<T> batch = random.Layer<T>(setRows, classes, features) with { RowIndices = rowIndices };
                calls.CompareLayer(batch, (classes + features) % 2 == 0 ? Edge.Back : Edge.Front);
                calls.CompareStep(batch, (classes + features) % 2 == 0 ? Edge.Front : Edge.Back);
                LayerBatch<T> indexed = random.IndexedLayer<T>(setRows, classes, features) with { RowIndices = rowIndices };
                calls.CompareShards(indexed, 1 + (features % (classes - 1)), (classes + features) % 2 == 0 ? Edge.Back : Edge.Front);
            }
        }

        Report(calls);
    }

    /// <summary>Every pair of formats, at sizes around a vector and around a run.</summary>
    [Fact(Explicit = true)]
    public void NarrowLayers()
    {
        using GuardedCalls<T> calls = new();
        int turn = 0;
        foreach (int classes in (int[])[.. Enumerable.Range(1, 26), 31, 40, 50])
        {
            foreach (int features in (int[])[.. Enumerable.Range(1, 36), 47, 48, 49])
            {
                CompareNarrow(calls, 1 + (((classes * 7) + (features * 3)) % 50), classes, features, turn++);
            }
        }

        foreach (int features in (int[])[1_023, 1_024, 1_025])
        {
            for (int rows = 1; rows <= 7; rows++)
            {
                CompareNarrow(calls, rows, classes: 7, features, turn++);
            }
        }

        Report(calls);
    }

    /// <summary>A vector of numbers of 16 bits is half as long, or a quarter, as one of T.</summary>
    [Fact(Explicit = true)]
    public void Widenings()
    {
        using GuardedMemory front = new(Edge.Front), back = new(Edge.Back);
        foreach (GuardedMemory memory in (GuardedMemory[])[front, back])
        {
            Widen<SimdNative<T>, Vector<T>>(memory);
            Widen<Simd512<T>, Vector512<T>>(memory);
            Widen<SimdScalar<T>, T>(memory);
        }
    }

    [Fact(Explicit = true)]
    public void OuterProducts()
    {
        using GuardedCalls<T> calls = new();
        for (int height = 1; height <= 40; height++)
        {
            for (int width = 1; width <= 40; width++)
            {
                int rows = 1 + ((height + width) % 4);
                Announce($"outer products of {rows} rows x {height} x {width}");
                calls.CompareOuterProducts(rows, height, width, Edge.Back);
                calls.CompareOuterProducts(rows, height, width, Edge.Front);
                calls.CompareTopDials(height, width, width % 2 == 0 ? Edge.Back : Edge.Front);
            }
        }

        for (int length = 41; length <= 257; length++)
        {
            foreach ((int height, int width) in ((int, int)[])[(length, 1 + (length % 5)), (1 + (length % 5), length)])
            {
                Edge edge = length % 2 == 0 ? Edge.Back : Edge.Front;
                Announce($"outer products of 2 rows x {height} x {width}");
                calls.CompareOuterProducts(2, height, width, edge);
                calls.CompareTopDials(height, width, edge);
            }
        }

        Report(calls);
    }

    [Fact(Explicit = true)]
    public void Fits()
    {
        using GuardedCalls<T> calls = new();
        for (int length = 1; length <= 257; length++)
        {
            Edge edge = length % 2 == 0 ? Edge.Back : Edge.Front;
            (int rows, int classes) = (5 + (length % 13), 2 + (length % 4));
            Announce($"a fit of {rows} rows x {classes} classes x {length} features");
            calls.CompareFit(rows, classes, length, edge);
            if (typeof(T) == typeof(double))
            {
                Announce($"finite differences of {length} parameters");
                calls.CompareFiniteDifferences(length, edge);
            }
        }

        Report(calls);
    }

    [Fact(Explicit = true)]
    public void Updates()
    {
        Optimizer[] optimizers =
            [new SgdOptimizer(.1, .1), new MomentumOptimizer(.1, .9, .1, LooksAhead: true), new AdamWOptimizer(.1, .9, .99, 1e-8, .1)];
        using GuardedCalls<T> calls = new();
        for (int length = 0; length <= 257; length++)
        {
            foreach (Optimizer optimizer in optimizers)
            {
                Announce($"{length} parameters of {optimizer}");
                calls.CompareUpdate(optimizer, length, Edge.Back);
                calls.CompareUpdate(optimizer, length, Edge.Front);
            }
        }

        // so many features that the optimizer makes the gradient itself
        for (int features = 256; features <= 290; features++)
        {
            foreach (Optimizer optimizer in optimizers)
            {
                int rows = 1 + (features % 4);
                Announce($"{rows} rows x 3 classes x {features} features, a step of {optimizer}");
                LayerBatch<T> batch = new RandomBatches(features).Layer<T>(rows, 3, features);
                calls.CompareOptimizedStep(optimizer, batch, Edge.Back);
                calls.CompareOptimizedStep(optimizer, batch, Edge.Front);
            }
        }

        Report(calls);
    }

    private static void CompareNarrow(GuardedCalls<T> calls, int rows, int classes, int features, int turn)
    {
        (StoredFormat weights, StoredFormat hidden) formats = StoredFormats.Pairs[turn % StoredFormats.Pairs.Length];
        Edge edge = turn / 3 % 2 == 0 ? Edge.Back : Edge.Front;
        Announce($"{rows} rows x {classes} classes x {features} features of {formats}");
        RandomBatches random = new(turn);
        LayerBatch<T> batch = random.NarrowLayer<T>(rows, classes, features, formats);
        calls.CompareLayer(turn % 3 == 0 ? batch.Filtered(1.0 / classes, 1.0 / classes) : batch, edge);
        calls.CompareStep(batch, edge);
        if (classes > 1)
        {
            calls.CompareShards(batch, 1 + (features % (classes - 1)), edge);
        }
    }

    private static unsafe void Widen<TSimd, TVector>(GuardedMemory memory)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        Announce($"as many numbers of 16 bits as are in {typeof(TVector).Name}");
        T[] widened = new T[TSimd.Count];
        fixed (ushort* numbers = memory.Place<ushort>(TSimd.Count).Span)
        fixed (T* destination = widened)
        {
            TSimd.Store(TSimd.Widen((Half*)numbers), destination);
            TSimd.Store(TSimd.Widen((BFloat16*)numbers), destination);
        }

        Assert.All(widened, number => Assert.Equal(T.Zero, number));
    }

    private static void Report(GuardedCalls<T> calls) => Console.Error.WriteLine($"{StrayAccesses.CallCount}{calls.Calls}");

    private static void Announce(string shape) => Console.Error.WriteLine($"{StrayAccesses.Announcement}{shape}, {typeof(T).Name}");
}

public sealed class GuardedSweepsInFloat : GuardedSweeps<float>;

public sealed class GuardedSweepsInDouble : GuardedSweeps<double>;

/// <summary>Strays on purpose, by one element on either side, to show that it is seen.</summary>
public sealed class StrayOnPurpose
{
    [Fact(Explicit = true)]
    public void PastTheEnd() => Read(Edge.Back, 1);

    [Fact(Explicit = true)]
    public void BeforeTheStart() => Read(Edge.Front, -1);

    private static unsafe void Read(Edge edge, int offset)
    {
        using IDisposable pages = new GuardedPages(100);
        Span<float> span = ((GuardedPages)pages).Place<float>([1, 2, 3], edge);
        Console.Error.WriteLine($"{StrayAccesses.Announcement}a stray on purpose");
        fixed (float* start = span)
        {
            float* stray = offset < 0 ? start + offset : start + span.Length - 1 + offset;
            Assert.Equal(0, *stray);
        }
    }
}
