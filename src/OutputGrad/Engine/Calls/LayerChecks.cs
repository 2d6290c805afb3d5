using System.Numerics;
using OutputGrad.Engine.Arguments;

namespace OutputGrad.Engine.Calls;

/// <summary>The checks of a layer's or a batch of logits' sizes.</summary>
internal static class LayerChecks
{
    /// <summary>
    /// How many classes a layer has, and that bias and gradients agree. An empty batch does not say the features: then bias or bias
    /// gradient tell, and where neither is there the number is of no consequence and 0.
    /// </summary>
    public static int CountClasses<T>(OutputLayer<T> layer, OutputGradients<T> gradients, GradientNames names, int features)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int weights = layer.StoredWeights.Length;
        int classes = features > 0 ? weights / features : Math.Max(layer.Bias.Length, gradients.Bias.Length);
        bool isWhole = features > 0 ? weights > 0 && weights % features == 0 : classes == 0 || weights % classes == 0;
        if (!isWhole)
        {
            throw Checks.Mismatch("weights", features > 0
                ? $"weights has {weights} elements, which is not a whole number of classes, at least one, of {features} features each."
                : $"weights has {weights} elements, which is not a whole number of features for each of {classes} classes.");
        }

        Checks.OptionalLength(layer.Bias.Length, classes, "bias", "classes");
        Checks.OptionalLength(gradients.Bias.Length, classes, names.Bias, "classes");
        Checks.OptionalLength(gradients.Weights.Length, weights, names.Weights, "as many as weights");
        return classes;
    }

    /// <summary>
    /// The lengths of soft targets, row weights, class weights and results per row. Class indices are checked as they are counted.
    /// </summary>
    public static void Batch<T>(LabeledBatch<T> batch, int classes, ReadOnlySpan<double> classWeights, RowResults<T> rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (batch.Rows > 0)
        {
            Checks.OptionalLength(classWeights.Length, classes, "ClassWeights", "classes");
        }

        Checks.OptionalLength(batch.RowWeights.Length, batch.Rows, "rowWeights", "rows");
        Checks.OptionalLength(rows.Losses.Length, batch.SelectedRows, "rows.Losses", "rows");
        Checks.OptionalLength(rows.LogSumExp.Length, batch.SelectedRows, "rows.LogSumExp", "rows");
        Checks.OptionalLength(rows.Predictions.Length, batch.SelectedRows, "rows.Predictions", "rows");
        Checks.OptionalLength(rows.GradientNorms.Length, batch.SelectedRows, "rows.GradientNorms", "rows");
        Checks.OptionalLength(rows.Entropies.Length, batch.SelectedRows, "rows.Entropies", "rows");
        Checks.OptionalLength(rows.TargetRanks.Length, batch.SelectedRows, "rows.TargetRanks", "rows");
        if (batch.HasSoftTargets && !rows.TargetRanks.IsEmpty)
        {
            throw Checks.Mismatch(
                "rows.TargetRanks", "rows.TargetRanks is requested, and the targets are soft: only a class index has a rank.");
        }

        if (batch.HasSoftTargets)
        {
            Checks.Length(batch.TargetProbabilities.Length, batch.Rows, classes, "targetProbabilities", "rows", "classes");
        }
    }

    /// <summary>The sizes and options from which a workspace is told.</summary>
    public static void Sizes<T>(int rows, int features, int classes, CrossEntropyOptions options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Checks.ElementType<T>();
        OptionChecks.Check<T>(options);
        OptionChecks.ClassWeights(options.ClassWeights.Span);
        Checks.NotNegative(rows, nameof(rows));
        Checks.NotNegative(features, nameof(features));
        Checks.NotNegative(classes, nameof(classes));
    }

    public static ArgumentException Workspace(long least, long limit, int features, int classes) =>
        Checks.Mismatch("options", $"MaxWorkspaceBytes is {limit}; {features} features and {classes} classes need at least {least}.");
}
