using System.Globalization;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Optimizers;

namespace OutputGrad.Tests.Bits;

/// <summary>Cases that reach every path of the engine; <see cref="BitCasePaths{T}"/> holds them to it.</summary>
internal static class BitCases
{
    /// <summary>In this a step finds room for the gradient of a block too.</summary>
    private const long LeastOfSteps = 400_000;

    private static readonly LossFeatures[] Losses =
    [
        LossFeatures.None,
        LossFeatures.Bias | LossFeatures.Accumulates,
        LossFeatures.SoftTargets,
        LossFeatures.SoftTargets | LossFeatures.ClassWeights | LossFeatures.Smoothing,
        LossFeatures.Smoothing | LossFeatures.ClassWeights,
        LossFeatures.Softcap,
        LossFeatures.Scale | LossFeatures.Sum,
        LossFeatures.ZLoss | LossFeatures.Bias,
        LossFeatures.RowWeights | LossFeatures.Normalizer,
        LossFeatures.IgnoredRows | LossFeatures.ClassWeights,
        LossFeatures.All,
        LossFeatures.All ^ LossFeatures.Accumulates | LossFeatures.SoftTargets,
        LossFeatures.Filters | LossFeatures.RowWeights,
        LossFeatures.Filters | LossFeatures.All,
    ];

    /// <summary>The losses that shards take.</summary>
    private static readonly LossFeatures[] LossesOfShards =
    [
        LossFeatures.None,
        LossFeatures.Filters | LossFeatures.Bias | LossFeatures.Accumulates,
        LossFeatures.Filters | (LossFeatures.All ^ LossFeatures.Smoothing),
        LossFeatures.All,
        LossFeatures.SoftTargets | LossFeatures.ClassWeights,
        LossFeatures.Clipped | LossFeatures.All,
    ];

    /// <summary>Every loss by dot products, by tiles, by tiles in chunks, and with logits computed twice.</summary>
    private static readonly LayerBitCase[] EveryLoss =
    [
        new(5, 301, 2100, default),
        new(60, 161, 530, default),
        new(150, 64, 700, default, Budget: 900_000),
        new(70, 61, 2600, default, Budget: 350_000),
    ];

    /// <summary>Rows clipped before they are summed, some of them.</summary>
    private static readonly LossFeatures[] Clipped =
    [
        LossFeatures.Clipped | LossFeatures.RowWeights,
        LossFeatures.Clipped | LossFeatures.All,
        LossFeatures.Clipped | (LossFeatures.All ^ LossFeatures.Accumulates) | LossFeatures.SoftTargets,
    ];

    /// <summary>The same ways, for steps.</summary>
    private static readonly LayerBitCase[] EveryStep =
    [
        new(5, 301, 2100, default),
        new(60, 161, 530, default),
        new(150, 64, 700, default, Budget: 900_000),
        new(70, 24, 5000, default, Budget: LeastOfSteps),
    ];

    /// <summary>What a step's own work may depend on: whether there is a bias, dense targets, clipping.</summary>
    private static readonly LossFeatures[] Stepped =
    [
        LossFeatures.None,
        LossFeatures.All ^ LossFeatures.Accumulates,
        LossFeatures.SoftTargets | LossFeatures.ClassWeights,
        LossFeatures.Clipped | LossFeatures.RowWeights | LossFeatures.Bias,
    ];

    /// <summary>Rows, features and classes at and around the edges of strips, groups, panels, runs, blocks, sweeps and chunks.</summary>
    private static readonly LayerBitCase[] Shapes =
    [
        new(1, 1, 1, default),
        new(1, 40, 513, default),
        new(2, 2050, 11, default),
        new(4, 2101, 1201, default),
        new(8, 15, 16, default),
        new(8, 161, 4100, default),
        new(13, 301, 4097, default),
        new(9, 5, 4, default),
        new(16, 1, 1, default),
        new(17, 31, 33, default),
        new(48, 48, 512, default),
        new(49, 1025, 60, default),
        new(33, 2100, 24, default),
        new(130, 257, 513, default),
        new(64, 130, 1100, default),
        new(20, 16, 5000, default),
        new(1100, 20, 30, default),
        new(1030, 33, 1025, default),
        new(40, 24, 5000, default, Budget: 250_000),
        new(40, 24, 5000, default, Budget: 600_000),
        new(64, 32, 20_000, default, Budget: 4_000_000),
    ];

    private static readonly Optimizer[] Optimizers =
    [
        new SgdOptimizer(.1, 0),
        new SgdOptimizer(.1, .01),
        new MomentumOptimizer(.1, .9, .01, LooksAhead: false),
        new MomentumOptimizer(.1, .9, .01, LooksAhead: true),
        new AdamWOptimizer(.001, .9, .999, 1e-8, .01),
        new AdamWOptimizer(.1, .3, .95, 1e-3, .2),
    ];

    /// <summary>
    /// Shards of few rows, of several strips, of chunks and of logits computed twice, at blocks and elsewhere, of classes enough for
    /// several threads.
    /// </summary>
    private static readonly ShardBitCase[] Shards =
    [
        new(5, 301, 2100, 700, default),
        new(13, 301, 4200, 1000, default),
        new(1, 40, 513, 100, default),
        new(60, 161, 1060, 512, default),
        new(17, 31, 33, 7, default),
        new(1_030, 33, 1_025, 600, default),
        new(70, 61, 2600, 1_300, default, Budget: 350_000),
    ];

    /// <summary>Both formats of 16 bits for both matrices, with losses that take every path of widened numbers.</summary>
    private static readonly LayerBitCase[] Narrow =
    [
        .. from shape in EveryLoss
           from formats in new[] { (StoredFormat.Half, StoredFormat.BFloat16), (StoredFormat.BFloat16, StoredFormat.Half) }
           from loss in new[] { LossFeatures.Bias | LossFeatures.Accumulates, LossFeatures.Filters | LossFeatures.All }
           select shape with { Loss = loss, Formats = formats },
    ];

    /// <summary>Of what entropies, ranks and the softmax itself depend on.</summary>
    private static readonly LossFeatures[] Forward =
    [
        LossFeatures.None,
        LossFeatures.Bias,
        LossFeatures.All,
    ];

    /// <summary>Every way of working, and a row with classes for several items.</summary>
    private static readonly SoftmaxBitCase[] Softmaxes =
    [
        .. from shape in EveryLoss from loss in Forward select new SoftmaxBitCase(shape with { Loss = loss }, Top: 20),
        new(new(1, 1, 1, default), Top: 1),
        new(new(17, 31, 33, default), Top: 33),
        new(new(49, 1025, 60, LossFeatures.Softcap), Top: 1),
        new(new(3, 17, 70_000, LossFeatures.Bias), Top: 100),
        new(new(20, 5, 33_000, LossFeatures.Scale), Top: 7),
        new(new(5, 301, 2100, LossFeatures.Bias) { Formats = (StoredFormat.Half, StoredFormat.Full) }, Top: 9),
        new(new(60, 161, 530, LossFeatures.Bias) { Formats = (StoredFormat.BFloat16, StoredFormat.Full) }, Top: 9),
    ];

    public static IReadOnlyList<BitCase> All { get; } =
    [
        .. from shape in EveryLoss from loss in Losses select shape with { Loss = loss },
        .. from shape in Shapes
           from loss in new[] { LossFeatures.None, LossFeatures.All, LossFeatures.Filters | LossFeatures.RowWeights }
           select shape with { Loss = loss },
        .. from shape in Shards from loss in LossesOfShards select shape with { Loss = loss },
        .. from shape in new[] { (9, 777), (30, 9_001) } from loss in Losses select new LogitBitCase(shape.Item1, shape.Item2, loss),
        .. from shape in new[] { (1, 1), (3, 7), (2, 1_024), (5, 5_003), (47, 20_011) }
           select new LogitBitCase(shape.Item1, shape.Item2, default),
        .. from shape in new[] { (1, 33, 47), (1, 1, 1), (1, 300, 1_001), (2, 5, 47), (3, 5, 47), (5, 70, 129), (40, 13, 16) }
           select new OuterProductBitCase(shape.Item1, shape.Item2, shape.Item3),
        .. from optimizer in Optimizers from length in new[] { 1, 47, 5_001 } select new UpdateBitCase(optimizer, length),
        .. from shape in EveryLoss from loss in Clipped select shape with { Loss = loss },
        .. from shape in EveryStep
           from loss in Stepped
           select new StepBitCase(shape with { Loss = loss }),
        new StepBitCase(new(40, 5, 5000, LossFeatures.None, Budget: 215_000)),
        .. from shape in Shapes
           let roomy = shape with { Budget = Math.Max(shape.Budget, LeastOfSteps) }
           select new StepBitCase(roomy with { Loss = LossFeatures.All ^ LossFeatures.Accumulates }),
        .. Narrow,
        .. from shape in EveryStep select new StepBitCase(shape with { Formats = (StoredFormat.Full, StoredFormat.Half) }),
        .. from shape in EveryLoss from loss in Forward select shape with { Loss = loss, HasRanks = true },
        .. from shape in new[] { (3, 7), (9, 777), (30, 9_001) }
           from loss in Forward
           select new LogitBitCase(shape.Item1, shape.Item2, loss) { HasRanks = true },
        .. Softmaxes,
    ];

    /// <summary>One line per case and type.</summary>
    public static IEnumerable<string> Hashes()
    {
        foreach (BitCase one in All)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{one.Prepare<float>()(0, 3):x16} float {one.Name}");
            yield return string.Create(CultureInfo.InvariantCulture, $"{one.Prepare<double>()(0, 3):x16} double {one.Name}");
        }
    }
}
