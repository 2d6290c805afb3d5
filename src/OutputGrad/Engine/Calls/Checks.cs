using System.Numerics;

namespace OutputGrad.Engine.Calls;

/// <summary>The checks of arguments that all entry points share. Each throws before anything is written, and says the numbers.</summary>
internal static class Checks
{
    public static void ElementType<T>()
    {
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double))
        {
            throw new NotSupportedException($"The element type {typeof(T)} is not supported; float and double are.");
        }
    }

    public static void Length(int length, long expected, string name, string shape)
    {
        if (length != expected)
        {
            throw Mismatch(name, $"{name} has {length} elements; {shape} = {expected} are expected.");
        }
    }

    /// <summary>For a matrix; the numbers are put into words only where they do not match.</summary>
    public static void Length(int length, int rows, int columns, string name, string rowName, string columnName)
    {
        if (length != (long)rows * columns)
        {
            Length(length, (long)rows * columns, name, $"{rows} {rowName} x {columns} {columnName}");
        }
    }

    /// <summary>As <see cref="Length(int, long, string, string)"/>, for a span that may be empty.</summary>
    public static void OptionalLength(int length, long expected, string name, string shape)
    {
        if (length != 0)
        {
            Length(length, expected, name, shape);
        }
    }

    /// <summary>How many columns a row-major matrix of so many rows has; at least one where there is a row.</summary>
    public static int Columns(int length, int rows, string name, string column)
    {
        if (rows == 0)
        {
            Length(length, 0, name, "0 rows");
            return 0;
        }

        if (length == 0 || length % rows != 0)
        {
            throw Mismatch(name, $"{name} has {length} elements, which is not a whole number of {column}, at least one, for each of {rows} rows.");
        }

        return length / rows;
    }

    public static void Count(int count, string name)
    {
        if (count < 0)
        {
            throw OutOfRange(name, count, $"{name} is {count}; it cannot be negative.");
        }
    }

    /// <summary>
    /// How many classes a layer has, and that bias and gradients agree. An empty batch does not say the features: then bias or bias gradient tell,
    /// and where neither is there the number is of no consequence and 0.
    /// </summary>
    public static int Classes<T>(OutputLayer<T> layer, OutputGradients<T> gradients, GradientNames names, int features)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int weights = layer.Weights.Length;
        int classes = features > 0 ? weights / features : Math.Max(layer.Bias.Length, gradients.Bias.Length);
        bool isWhole = features > 0 ? weights > 0 && weights % features == 0 : classes == 0 || weights % classes == 0;
        if (!isWhole)
        {
            throw Mismatch("weights", features > 0
                ? $"weights has {weights} elements, which is not a whole number of classes, at least one, of {features} features each."
                : $"weights has {weights} elements, which is not a whole number of features for each of {classes} classes.");
        }

        OptionalLength(layer.Bias.Length, classes, "bias", "classes");
        OptionalLength(gradients.Bias.Length, classes, names.Bias, "classes");
        OptionalLength(gradients.Weights.Length, weights, names.Weights, "as many as weights");
        return classes;
    }

    /// <summary>The lengths of soft targets, row weights, class weights and results per row. Class indices are checked as they are counted.</summary>
    public static void Batch<T>(LabeledBatch<T> batch, int classes, ReadOnlySpan<double> classWeights, RowResults<T> rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (batch.Rows > 0)
        {
            OptionalLength(classWeights.Length, classes, "ClassWeights", "classes");
        }

        OptionalLength(batch.RowWeights.Length, batch.Rows, "rowWeights", "rows");
        OptionalLength(rows.Losses.Length, batch.Rows, "rows.Losses", "rows");
        OptionalLength(rows.LogSumExp.Length, batch.Rows, "rows.LogSumExp", "rows");
        OptionalLength(rows.Predictions.Length, batch.Rows, "rows.Predictions", "rows");
        OptionalLength(rows.GradientNorms.Length, batch.Rows, "rows.GradientNorms", "rows");
        if (batch.HasSoftTargets)
        {
            Length(batch.TargetProbabilities.Length, batch.Rows, classes, "targetProbabilities", "rows", "classes");
        }
    }

    public static void Options(CrossEntropyOptions options)
    {
        if (options.Reduction is not (Reduction.Mean or Reduction.Sum))
        {
            throw new ArgumentOutOfRangeException(nameof(options), options.Reduction, $"Reduction is {options.Reduction}; it must be Mean or Sum.");
        }

        Range(options.LabelSmoothing is >= 0 and <= 1, options.LabelSmoothing, nameof(options.LabelSmoothing), "from 0 to 1");
        NotNegative(options.ZLoss, nameof(options.ZLoss));
        NotNegative(options.LogitSoftcap, nameof(options.LogitSoftcap));
        NotNegative(options.HiddenFilterThreshold, nameof(options.HiddenFilterThreshold));
        NotNegative(options.WeightFilterThreshold, nameof(options.WeightFilterThreshold));
        Positive(options.LogitScale, nameof(options.LogitScale));
        Positive(options.Normalizer ?? 1, nameof(options.Normalizer));
        Positive(options.MaxRowGradientNorm ?? 1, nameof(options.MaxRowGradientNorm));
        Positive(options.MaxWorkspaceBytes, nameof(options.MaxWorkspaceBytes));
        Range(
            options.MaxDegreeOfParallelism is -1 or > 0,
            options.MaxDegreeOfParallelism,
            nameof(options.MaxDegreeOfParallelism),
            "-1 or positive");
    }

    public static void ClassWeights(ReadOnlySpan<double> classWeights)
    {
        for (int i = 0; i < classWeights.Length; i++)
        {
            if (!double.IsFinite(classWeights[i]))
            {
                Range(holds: false, classWeights[i], $"ClassWeights[{i}]", "finite");
            }
        }
    }

    /// <summary>A step's options, and the state of the optimizers of this library; one of the caller's own speaks for itself.</summary>
    public static void Update<T, TUpdate>(TUpdate update, Span<T> weights, Span<T> bias, CrossEntropyOptions options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TUpdate : IWeightUpdate<T>
    {
        ElementType<T>();
        if (update is Momentum<T> momentum)
        {
            momentum.Check(weights, bias);
        }
        else if (update is AdamW<T> adam)
        {
            adam.Check(weights, bias);
        }

        if (options.AccumulateGradients)
        {
            throw Mismatch("options", "AccumulateGradients is set; a step keeps no gradient to add to. Use LossAndGradient and update once all is added.");
        }
    }

    /// <summary>A shard's place among the classes, and that its options need no more than a state carries.</summary>
    public static void Shard<T>(OutputLayer<T> shard, LabeledBatch<T> batch, int firstClass, int classes, CrossEntropyOptions options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementType<T>();
        Options(options);
        string? unsupported = batch.HasSoftTargets ? "soft targets"
            : options.LabelSmoothing != 0 ? nameof(options.LabelSmoothing)
            : options.MaxRowGradientNorm is not null ? nameof(options.MaxRowGradientNorm)
            : null;
        if (unsupported is not null)
        {
            throw new NotSupportedException(
                $"{unsupported} cannot be had from shards: a row's state does not carry what it needs. Class indices with Reduction, Normalizer, IgnoreIndex, "
                + "ClassWeights, ZLoss, LogitScale, LogitSoftcap, the filters, AccumulateGradients and the limits are supported.");
        }

        Count(classes, nameof(classes));
        int features = Columns(batch.Hidden.Length, batch.Rows, "hidden", "features");
        int own = features == 0 ? Math.Max(0, shard.Bias.Length) : shard.Weights.Length / features;
        if (firstClass < 0 || firstClass > classes - own)
        {
            throw OutOfRange(nameof(firstClass), firstClass, $"firstClass is {firstClass}; a shard of {own} classes among {classes} begins between 0 and {classes - own}.");
        }
    }

    /// <summary>The sizes and options from which a workspace is told.</summary>
    public static void Sizes<T>(int rows, int features, int classes, CrossEntropyOptions options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ElementType<T>();
        Options(options);
        OptionsIn<T>(options);
        ClassWeights(options.ClassWeights.Span);
        Count(rows, nameof(rows));
        Count(features, nameof(features));
        Count(classes, nameof(classes));
    }

    public static void ShardClasses(int shardClasses, int classes)
    {
        if (shardClasses < 0 || shardClasses > classes)
        {
            throw OutOfRange(nameof(shardClasses), shardClasses, $"shardClasses is {shardClasses}; a shard has from 0 to all {classes} classes.");
        }
    }

    public static ArgumentException Workspace(long least, long limit, int features, int classes) =>
        Mismatch("options", $"MaxWorkspaceBytes is {limit}; {features} features and {classes} classes need at least {least}.");

    /// <summary>The options that are numbers of the element type: a float has no 1e39 and no 1e-50.</summary>
    public static void OptionsIn<T>(CrossEntropyOptions options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Normal<T>(options.LogitScale, nameof(options.LogitScale));
        Normal<T>(options.LogitSoftcap == 0 ? 1 : options.LogitSoftcap, nameof(options.LogitSoftcap));
    }

    private static void Normal<T>(double value, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!T.IsNormal(T.CreateTruncating(value)))
        {
            throw OutOfRange("options", value, $"{name} is {value}; it must be a normal {typeof(T).Name}.");
        }
    }

    private static void NotNegative(double value, string name) => Range(value >= 0 && double.IsFinite(value), value, name, "finite and not negative");

    private static void Positive(double value, string name) => Range(value > 0 && double.IsFinite(value), value, name, "finite and positive");

    private static void Range(bool holds, double value, string name, string range)
    {
        if (!holds)
        {
            throw OutOfRange("options", value, $"{name} is {value}; it must be {range}.");
        }
    }

    private static ArgumentOutOfRangeException OutOfRange(string argument, object value, string message) => new(argument, value, message);

    private static ArgumentException Mismatch(string argument, string message) => new(message, argument);
}
