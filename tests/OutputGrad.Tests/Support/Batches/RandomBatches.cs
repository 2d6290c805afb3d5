using System.Numerics;

namespace OutputGrad.Tests.Support.Batches;

/// <summary>
/// Batches from a seed, on a coarse grid: weights and hidden numbers are multiples of 1/8 up to 2, so that logits of up to 65,536 features
/// are exact in float (they are multiples of 1/64 up to 2^18) in whatever order they are summed, and the bounds need grant nothing for
/// them.
/// </summary>
public sealed class RandomBatches(int seed)
{
    private const int Varieties = 12;

    private readonly Random _random = new(seed);

    public LogitBatch<T> Logits<T>(int rows, int classes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bool soft = _random.Next(3) == 0;
        CrossEntropyOptions options = Options(classes, features: 1);
        return new()
        {
            Logits = Grid<T>(rows * classes, 1 / 64.0, 16),
            Classes = classes,
            Targets = soft ? null : Targets(rows, classes, options.IgnoreIndex),
            SoftTargets = soft ? Positive<T>(rows * classes) : null,
            RowWeights = RowWeights<T>(rows),
            Options = options,
        };
    }

    public LayerBatch<T> Layer<T>(int rows, int classes, int features)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bool soft = _random.Next(3) == 0;
        CrossEntropyOptions options = Options(classes, features);
        return new()
        {
            Features = features,
            Hidden = Grid<T>(rows * features, 1 / 8.0, 2),
            Weights = Grid<T>(classes * features, 1 / 8.0, 2),
            Bias = _random.Next(2) == 0 ? null : Grid<T>(classes, 1 / 64.0, 2),
            Targets = soft ? null : Targets(rows, classes, options.IgnoreIndex),
            SoftTargets = soft ? Positive<T>(rows * classes) : null,
            RowWeights = RowWeights<T>(rows),
            Options = options,
        };
    }

    /// <summary>Integers up to 2, so that many logits are equal; a bias where the number of rows is odd, and no options.</summary>
    public LayerBatch<T> TiedLayer<T>(int rows, int classes, int features)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new()
        {
            Features = features,
            Hidden = Grid<T>(rows * features, 1, 2),
            Weights = Grid<T>(classes * features, 1, 2),
            Bias = rows % 2 == 0 ? null : Grid<T>(classes, 1, 2),
            Options = new() { MaxDegreeOfParallelism = 1 + (rows % 2) },
        };

    /// <summary>
    /// Numbers of 16 bits that fill their fractions, so that sums round. Logits are some units in size, whatever the features.
    /// </summary>
    public LayerBatch<T> NarrowLayer<T>(int rows, int classes, int features, (StoredFormat Weights, StoredFormat Hidden) formats)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        LayerBatch<T> batch = Layer<T>(rows, classes, features) with
        {
            Hidden = Anywhere<T>(rows * features, 2),
            Weights = Anywhere<T>(classes * features, 4 / Math.Sqrt(features)),
        };
        return batch.Stored(formats.Weights, formats.Hidden);
    }

    /// <summary>Class indices, and options without smoothing and clipping.</summary>
    public LayerBatch<T> IndexedLayer<T>(int rows, int classes, int features)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Indexed(Layer<T>(rows, classes, features));

    /// <summary>A batch made such.</summary>
    public LayerBatch<T> Indexed<T>(LayerBatch<T> batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => batch with
        {
            Targets = batch.Targets ?? Targets(batch.Rows, batch.Classes, batch.Options.IgnoreIndex),
            SoftTargets = null,
            Options = batch.Options with { LabelSmoothing = 0, MaxRowGradientNorm = null },
        };

    /// <summary>
    /// So many rows of a set of others, in any order; some of them more than once, all of them where there are more than the set has.
    /// </summary>
    public int[] RowIndices(int count, int setRows) => Filled(count, () => _random.Next(setRows));

    /// <summary>Multiples of a step from -largest to largest.</summary>
    public T[] Grid<T>(int length, double step, double largest)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int steps = (int)(largest / step);
        return Filled(length, () => T.CreateChecked(_random.Next(-steps, steps + 1) * step));
    }

    /// <summary>Any numbers between -largest and largest, on no grid.</summary>
    public T[] Anywhere<T>(int length, double largest)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Filled(length, () => T.CreateChecked(largest * ((2 * _random.NextDouble()) - 1)));

    /// <summary>Class indices, one in eight of them ignored.</summary>
    public int[] Targets(int rows, int classes, int ignoreIndex = -100) =>
        Filled(rows, () => _random.Next(8) == 0 ? ignoreIndex : _random.Next(classes));

    private T[]? RowWeights<T>(int rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => _random.Next(2) == 0 ? null : Positive<T>(rows);

    private T[] Positive<T>(int length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Filled(length, () => T.CreateChecked(_random.Next(1, 9) / 4.0));

    /// <summary>
    /// The limits of the rows' norms are such as to clip about half of the rows: hidden numbers are 1.2 in size, residuals 0 to 1.4.
    /// </summary>
    private CrossEntropyOptions Options(int classes, int features) => _random.Next(Varieties) switch
    {
        0 => new() { Reduction = Reduction.Sum },
        1 => new() { LabelSmoothing = .125 },
        2 => new() { ClassWeights = Filled(classes, () => _random.Next(1, 9) / 4.0) },
        3 => new() { ClassWeights = Filled(classes, () => _random.Next(0, 9) / 4.0), LabelSmoothing = .25, Reduction = Reduction.Sum },
        4 => new() { ZLoss = 1e-3 },
        5 => new() { LogitScale = .5 },
        6 => new() { LogitSoftcap = 8 },
        7 => new() { Normalizer = 3.5, IgnoreIndex = 0 },
        8 => new() { LogitScale = .3, LogitSoftcap = 20, ZLoss = 1e-4, LabelSmoothing = .1 },
        9 => new() { MaxRowGradientNorm = .9 * Math.Sqrt(features) },
        10 => new()
        {
            MaxRowGradientNorm = .7 * Math.Sqrt(features),
            LabelSmoothing = .1,
            ZLoss = 1e-3,
            LogitScale = .5,
            Reduction = Reduction.Sum,
        },
        _ => new(),
    };

    private static TItem[] Filled<TItem>(int length, Func<TItem> next)
    {
        TItem[] items = new TItem[length];
        for (int i = 0; i < length; i++)
        {
            items[i] = next();
        }

        return items;
    }
}
