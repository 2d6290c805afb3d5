using System.Numerics;
using OutputGrad.Engine.Work;
using Xunit;

namespace OutputGrad.Tests.Bits;

/// <summary>What is cut in another way for many workers, sweeps and dL/dH, has the same bits, on many threads and on one.</summary>
public abstract class ManyWorkers<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly LayerBitCase[] Cases =
    [
        new(300, 50, 9_000, LossFeatures.None),
        new(300, 50, 9_000, LossFeatures.Bias | LossFeatures.Filters),
        new(300, 50, 9_000, LossFeatures.None, Budget: 4 << 20),
        new(1_500, 20, 5_000, LossFeatures.RowWeights | LossFeatures.IgnoredRows),

        // parts of 128 rows, which read the weights where they lie, and of 142, which copy them
        new(270, 48, 9_000, LossFeatures.None),
    ];

    [Fact]
    public void TheBitsAreThoseOfOneWorker()
    {
        foreach (LayerBitCase one in Cases)
        {
            BitRun run = one.Prepare<T>();
            ulong expected = run(0, 1);
            foreach (int workers in (int[])[2, 5, 16, 40, 64])
            {
                Assert.True(workers <= one.Threads<T>(workers), $"{one.Name} is not worth {workers} workers.");
                Assert.True(expected == run(0, workers), $"{one.Name} for {workers} threads: other bits.");
                Assert.True(expected == Observed(run, workers, out _), $"{one.Name} for {workers} workers, on one thread: other bits.");
            }
        }
    }

    /// <summary>Whoever observes a thread sees more items for more workers, until it no longer does.</summary>
    [Fact]
    public void AnObserverSeesEveryItem()
    {
        BitRun run = Cases[0].Prepare<T>();
        Observed(run, 1, out Notes alone);
        Observed(run, 64, out Notes shared);
        run(0, 1);
        Assert.Null(Phases.Observer);

        // 18 blocks of classes, of 8 slices but for the last
        Assert.Equal(alone.ItemsOf("Forward"), shared.ItemsOf("Forward"));
        Assert.Equal(alone.ItemsOf("Backward"), shared.ItemsOf("Backward"));
        Assert.Equal(0, alone.ItemsOf("Forward") % 18);
        Assert.True(alone.ItemsOf("Multiply") < 18 * 9, "One worker takes the hidden gradient in one item a sweep.");
        Assert.True(shared.ItemsOf("Multiply") > 18 * 8, "Many workers take parts of it.");
    }

    private static ulong Observed(BitRun run, int workers, out Notes notes)
    {
        notes = new();
        Phases.Observer = notes;
        try
        {
            return run(0, workers);
        }
        finally
        {
            Phases.Observer = null;
        }
    }

    private sealed class Notes : IPhaseObserver
    {
        private readonly Dictionary<string, int> _items = [];
        private string _phase = "";

        public int ItemsOf(string phase) => _items[phase];

        public void Begin(string name) => _phase = name;

        public void EndItem() => _items[_phase] = _items.GetValueOrDefault(_phase) + 1;
    }
}

public sealed class ManyWorkersInFloat : ManyWorkers<float>;

public sealed class ManyWorkersInDouble : ManyWorkers<double>;
