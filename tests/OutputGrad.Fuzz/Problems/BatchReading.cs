using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;

namespace OutputGrad.Fuzz.Problems;

/// <summary>Bytes as batches: their shapes and options, a seed for their numbers, and what stands out among these.</summary>
/// <remarks>
/// Numbers lie on a coarse grid, times powers of two, so that logits are exact in T and the oracle's bounds need grant nothing for them.
/// </remarks>
internal static class BatchReading
{
    private const int MostExponent = 10;

    public static LogitBatch<T> ReadLogits<T>(FuzzInput input)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int rows, int classes) = Sizes.ReadLogits(input);
        (Random random, RandomBatches numbers) = Seeded(input);
        CrossEntropyOptions options = OptionsReading.Read(input, classes, random) with { MaxRowGradientNorm = null };
        (int[]? targets, double[]? soft, double[]? rowWeights) = ReadLabels(input, random, rows, classes, options.IgnoreIndex);
        T[] logits = numbers.Grid<T>(rows * classes, 1 / 64.0, input.Of(16.0, 1, 64, 0));
        if (IsExact(options))
        {
            Palette.PutIntoLogits(input, logits, options.LogitScale);
        }

        return new()
        {
            Logits = logits,
            Classes = classes,
            Targets = targets,
            SoftTargets = soft is null ? null : Near.Rounded<T>(soft),
            RowWeights = rowWeights is null ? null : Near.Rounded<T>(rowWeights),
            Options = options.MadeWellPosed(targets, rowWeights, rows),
        };
    }

    public static LayerBatch<T> ReadLayer<T>(FuzzInput input)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (int rows, int classes, int features) = Sizes.ReadLayer(input);
        (Random random, RandomBatches numbers) = Seeded(input);
        CrossEntropyOptions options = OptionsReading.Read(input, classes, random);
        (int[]? targets, double[]? soft, double[]? rowWeights) = ReadLabels(input, random, rows, classes, options.IgnoreIndex);
        int ofHidden = IsExact(options) ? ReadExponent(input) : 0, ofWeights = IsExact(options) ? ReadExponent(input) : 0;
        T[] hidden = Scaled(numbers.Grid<T>(rows * features, 1 / 8.0, 2), ofHidden),
            weights = Scaled(numbers.Grid<T>(classes * features, 1 / 8.0, 2), ofWeights);
        T[]? bias = input.Flag() ? Scaled(numbers.Grid<T>(classes, 1 / 64.0, 2), ofHidden + ofWeights) : null;
        T[] patched = input.Below(3) switch { 0 => hidden, 1 => bias ?? [], _ => weights };
        if (options.LogitSoftcap == 0)
        {
            Palette.PutIntoLayer(input, patched); // a cap makes an infinite logit a number, whose slope is not 0 but too small to matter
        }

        LayerBatch<T> batch = new()
        {
            Features = features,
            Hidden = hidden,
            Weights = weights,
            Bias = bias,
            Targets = targets,
            SoftTargets = soft is null ? null : Near.Rounded<T>(soft),
            RowWeights = rowWeights is null ? null : Near.Rounded<T>(rowWeights),
        };
        batch = batch.Stored(input.Usually(StoredFormat.Full, StoredFormat.Half, StoredFormat.BFloat16),
            input.Usually(StoredFormat.Full, StoredFormat.Half, StoredFormat.BFloat16));
        if (input.OneIn(4))
        {
            batch = batch with { RowIndices = numbers.RowIndices(1 + random.Next(rows), rows) };
        }

        LayerBatch<T> copied = batch.Copied();
        return batch with
        {
            Options = options.MadeWellPosed(
                copied.Targets, copied.RowWeights is null ? null : Near.Doubles<T>(copied.RowWeights), copied.Rows),
        };
    }

    private static bool IsExact(CrossEntropyOptions options) => double.IsPow2(options.LogitScale) && options.LogitSoftcap == 0;

    private static (Random Random, RandomBatches Numbers) Seeded(FuzzInput input)
    {
        int seed = input.Below(1 << 16);
        return (new(seed), new(seed));
    }

    private static (int[]? Targets, double[]? Soft, double[]? RowWeights) ReadLabels(
        FuzzInput input, Random random, int rows, int classes, int ignoreIndex)
    {
        double[]? rowWeights = input.OneIn(3) ? OptionsReading.Quarters(random, rows, least: input.Below(2)) : null;
        if (input.OneIn(3))
        {
            return (null, OptionsReading.Quarters(random, rows * classes, least: input.Below(2)), rowWeights);
        }

        int ignored = input.Of(8, 2, 1);
        int[] targets = new int[rows];
        foreach (ref int target in targets.AsSpan())
        {
            target = random.Next(8) >= ignored ? ignoreIndex : random.Next(classes);
        }

        return (targets, null, rowWeights);
    }

    private static int ReadExponent(FuzzInput input) => input.Usually(0, 0, 1, 3, MostExponent, -1, -3, -MostExponent);

    private static T[] Scaled<T>(T[] numbers, int exponent)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Array.ConvertAll(numbers, number => T.ScaleB(number, exponent));
}
