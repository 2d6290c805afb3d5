using System.Diagnostics;
using System.Globalization;
using OutputGrad.Fuzz.Targets;
using OutputGrad.Tests.Features.Storage;
using OutputGrad.Training;

namespace OutputGrad.Fuzz;

/// <summary>
/// Calls of every kind over random shapes for some minutes, on two threads beside the library's own, with the working set, the threads of
/// the pool and its queue sampled.
/// </summary>
/// <remarks>
/// Fails where the median working set of the last quarter is more than 3 % above that of the quarter before, or where work is left in the
/// pool's queue once no call is running. The first two quarters are for pools and code to reach their sizes. Garbage is collected before
/// each sample, so that the sample is of what is kept.
/// </remarks>
/// <param name="inputs">What the fuzzer's targets run in between.</param>
/// <param name="seed">The run's.</param>
internal sealed class Soak(InputMaker inputs, int seed)
{
    private const int Callers = 2, Quarters = 4;
    private const double MostGrowth = .03;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1), QueuePatience = TimeSpan.FromSeconds(10);

    private static readonly (string Name, Action<SoakShape> Call)[] Calls =
    [
        ("layer", shape => LinearCrossEntropy.LossAndGradient(shape.Layer, shape.Batch, shape.Gradients(), shape.Options)),
        ("step", Step),
        ("shards", Shards),
        ("logits", Logits),
        ("top classes", shape => LinearSoftmax.TopK(
            shape.Layer, shape.Hidden, shape.Rows, new int[5 * shape.Rows], new float[5 * shape.Rows], shape.Options)),
        ("fit", shape => LinearProbe.Fit(
            shape.Weights, shape.Bias, shape.Batch, new() { L2 = .01, MaxIterations = 5 })),
        ("classifier", Classifier),
    ];

    private readonly long[] _counts = new long[Calls.Length + 1];
    private readonly List<(long Bytes, long Heap, int Threads, long Queued)> _samples = [];
    private volatile bool _isOver;

    /// <returns>Whether the working set stayed flat.</returns>
    public bool Run(TimeSpan duration)
    {
        Exception? failure = null;
        Thread[] callers = [.. Enumerable.Range(0, Callers).Select(caller => new Thread(() =>
        {
            try
            {
                Work(caller);
            }
            catch (Exception e)
            {
                failure = e;
                _isOver = true;
            }
        }))];
        Array.ForEach(callers, caller => caller.Start());
        Stopwatch clock = Stopwatch.StartNew();
        while ((clock.Elapsed < duration || _samples.Count < Quarters) && !_isOver)
        {
            Thread.Sleep(Interval);
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            long heap = GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes;
            _samples.Add((Environment.WorkingSet, heap, ThreadPool.ThreadCount, ThreadPool.PendingWorkItemCount));
        }

        _isOver = true;
        Array.ForEach(callers, caller => caller.Join());
        if (failure is not null)
        {
            throw new InvalidOperationException($"With seed {seed}: {failure.Message}", failure);
        }

        clock.Restart();
        while (ThreadPool.PendingWorkItemCount > 0 && clock.Elapsed < QueuePatience)
        {
            Thread.Sleep(Interval);
        }

        return IsFlat(duration) & ThreadPool.PendingWorkItemCount == 0;
    }

    private void Work(int caller)
    {
        Random random = new(seed + caller);
        using FuzzMemory memory = new();
        for (long number = caller; !_isOver; number += Callers)
        {
            int kind = random.Next(_counts.Length);
            if (kind < Calls.Length)
            {
                Calls[kind].Call(new(random));
            }
            else
            {
                FuzzTarget.Run(inputs.Make(number), memory);
            }

            Interlocked.Increment(ref _counts[kind]);
        }
    }

    private bool IsFlat(TimeSpan duration)
    {
        int quarter = _samples.Count / Quarters;
        double[] medians = Medians(quarter, sample => sample.Bytes), heap = Medians(quarter, sample => sample.Heap);
        double growth = (medians[3] / medians[2]) - 1;
        IEnumerable<string> counts = Calls.Select(call => call.Name).Append("fuzz inputs").Zip(_counts, (name, count) => $"{name} {count}");
        Say($"{duration.TotalMinutes:F1} minutes, seed {seed}: {string.Join(", ", counts)}");
        Say($"working set, medians of the quarters: {string.Join(", ", medians.Select(median => Math.Round(median)))} MB");
        Say($"of it the managed heap: {string.Join(", ", heap.Select(median => Math.Round(median)))} MB");
        Say($"threads of the pool: at most {_samples.Max(sample => sample.Threads)}");
        Say($"items in its queue: at most {_samples.Max(sample => sample.Queued)}, at the end {ThreadPool.PendingWorkItemCount}");
        Say($"growth from the third quarter to the last: {100 * growth:F2} %, at most {100 * MostGrowth:F0} % is flat");
        return growth <= MostGrowth;
    }

    /// <summary>Of the quarters, in MB.</summary>
    private double[] Medians(int quarter, Func<(long Bytes, long Heap, int Threads, long Queued), long> bytes) =>
    [
        .. Enumerable.Range(0, Quarters).Select(part =>
            _samples.Skip(part * quarter).Take(quarter).Select(sample => bytes(sample) / 1e6).Order().ElementAt(quarter / 2)),
    ];

    private static void Step(SoakShape shape)
    {
        float[] first = new float[shape.Parameters], second = new float[shape.Parameters];
        LinearCrossEntropy.Step(
            shape.Weights, shape.Bias, shape.Batch, new AdamW<float>(.01, first, second, step: 1), shape.HiddenGradient, shape.Options);
    }

    private static void Shards(SoakShape shape)
    {
        int half = shape.Classes / 2;
        SoftmaxState<float>[] left = new SoftmaxState<float>[shape.Rows], right = new SoftmaxState<float>[shape.Rows];
        LinearCrossEntropy.ShardForward(shape.Part(0, half), shape.Batch, 0, shape.Classes, left, shape.Options);
        LinearCrossEntropy.ShardForward(shape.Part(half, shape.Classes), shape.Batch, half, shape.Classes, right, shape.Options);
        SoftmaxState<float>[] merged = [.. left.Zip(right, SoftmaxState<float>.Merge)];
        LinearCrossEntropy.ShardBackward(
            shape.Part(0, half),
            shape.Batch,
            0,
            shape.Classes,
            merged,
            new() { Hidden = shape.HiddenGradient, Weights = new float[half * shape.Features], Bias = new float[half] },
            shape.Options);
    }

    private static void Logits(SoakShape shape)
    {
        float[] logits = new float[shape.Rows * shape.Classes];
        SoftmaxCrossEntropy.LossAndGradient<float>(logits, shape.Targets, logits, shape.Options);
    }

    private static void Classifier(SoakShape shape)
    {
        int[] labels = [.. shape.Targets.Select(target => target % 3)];
        SoftmaxClassifier<int> classifier = new(shape.Features, [0, 1, 2]);
        classifier.Fit(shape.Hidden, labels, new() { L2 = .01, MaxIterations = 5 });
        classifier.PartialFit(shape.Hidden, labels);
        using TemporaryFolder folder = new();
        classifier.Save(folder.File);
        _ = SoftmaxClassifier<int>.Load(folder.File, text => int.Parse(text, CultureInfo.InvariantCulture))
            .Evaluate(shape.Hidden, labels, topK: 2);
    }

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
