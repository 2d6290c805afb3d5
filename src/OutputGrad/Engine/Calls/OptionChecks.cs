using System.Numerics;
using OutputGrad.Engine.Arguments;

namespace OutputGrad.Engine.Calls;

/// <summary>The checks of <see cref="CrossEntropyOptions"/>.</summary>
internal static class OptionChecks
{
    public static void Check<T>(CrossEntropyOptions options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (options.Reduction is not (Reduction.Mean or Reduction.Sum))
        {
            throw new ArgumentOutOfRangeException(
                nameof(options), options.Reduction, $"Reduction is {options.Reduction}; it must be Mean or Sum.");
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
        Normal<T>(options.LogitScale, nameof(options.LogitScale));
        Normal<T>(options.LogitSoftcap == 0 ? 1 : options.LogitSoftcap, nameof(options.LogitSoftcap));
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

    /// <summary>What a step's options must not say.</summary>
    public static void NoAccumulation(CrossEntropyOptions options)
    {
        if (options.AccumulateGradients)
        {
            throw Checks.Mismatch(
                nameof(options),
                "AccumulateGradients is set; a step keeps no gradient to add to. Use LossAndGradient and update once all is added.");
        }
    }

    public static void NotNegative(double value, string name) =>
        Range(value >= 0 && double.IsFinite(value), value, name, "finite and not negative");

    public static void Range(bool holds, double value, string name, string range)
    {
        if (!holds)
        {
            throw Checks.OutOfRange("options", value, $"{name} is {value}; it must be {range}.");
        }
    }

    /// <summary>A number of the element type: a float has no 1e39 and no 1e-50.</summary>
    private static void Normal<T>(double value, string name)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!T.IsNormal(T.CreateTruncating(value)))
        {
            throw Checks.OutOfRange("options", value, $"{name} is {value}; it must be a normal {typeof(T).Name}.");
        }
    }

    private static void Positive(double value, string name) =>
        Range(value > 0 && double.IsFinite(value), value, name, "finite and positive");
}
