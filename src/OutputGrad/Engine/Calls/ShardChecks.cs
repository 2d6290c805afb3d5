using System.Numerics;
using OutputGrad.Engine.Arguments;

namespace OutputGrad.Engine.Calls;

/// <summary>The checks of a shard: its place among the classes, and what came from all shards.</summary>
internal static class ShardChecks
{
    /// <summary>The options, and a shard's place among the classes.</summary>
    public static void Check<T>(OutputLayer<T> shard, LabeledBatch<T> batch, int firstClass, int classes, CrossEntropyOptions options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Checks.ElementType<T>();
        OptionChecks.Check<T>(options);
        Checks.NotNegative(classes, nameof(classes));
        int features = Checks.Columns(batch.StoredHidden.Length, batch.Rows, "hidden", "features");
        int own = features == 0 ? shard.Bias.Length : shard.StoredWeights.Length / features;
        if (firstClass < 0 || firstClass > classes - own)
        {
            throw Checks.OutOfRange(
                nameof(firstClass),
                firstClass,
                $"firstClass is {firstClass}; a shard of {own} classes among {classes} begins between 0 and {classes - own}.");
        }
    }

    /// <summary>As many merged states as rows, and whole ones where a target has weights at all classes.</summary>
    public static void Merged<T>(ReadOnlySpan<SoftmaxState<T>> merged, LabeledBatch<T> batch, CrossEntropyOptions options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Checks.Length(merged.Length, batch.SelectedRows, nameof(merged), "rows");
        if (!batch.HasSoftTargets && options.LabelSmoothing == 0)
        {
            return;
        }

        for (int row = 0; row < merged.Length; row++)
        {
            if (!merged[row].IsWhole)
            {
                throw Checks.Mismatch(
                    nameof(merged),
                    $"merged[{row}] was made of three numbers or changed in one; soft targets and label smoothing need whole states, as "
                    + "ShardForward, Merge and ReadFrom make them.");
            }
        }
    }

    /// <summary>As many squared norms as rows, where rows are clipped; elsewhere there may be none.</summary>
    public static void MergedNorms<T>(
        ReadOnlySpan<SquaredNorm> squaredNorms, LabeledBatch<T> batch, bool hasParameterGradient, CrossEntropyOptions options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        bool isClipped = options.MaxRowGradientNorm is not null && hasParameterGradient;
        if (squaredNorms.IsEmpty && isClipped && batch.SelectedRows > 0)
        {
            throw Checks.Mismatch(
                nameof(squaredNorms),
                "squaredNorms is empty and MaxRowGradientNorm is set: a row's norm is over all shards. Compute each shard's part with "
                + "ShardSquaredNorms and merge them row by row with SquaredNorm.Merge.");
        }

        if (!squaredNorms.IsEmpty)
        {
            Checks.Length(squaredNorms.Length, batch.SelectedRows, nameof(squaredNorms), "rows");
        }
    }

    public static void CheckClasses(int shardClasses, int classes)
    {
        if (shardClasses < 0 || shardClasses > classes)
        {
            throw Checks.OutOfRange(
                nameof(shardClasses), shardClasses, $"shardClasses is {shardClasses}; a shard has from 0 to all {classes} classes.");
        }
    }
}
