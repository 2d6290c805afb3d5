using System.Numerics;
using OutputGrad.Engine.Arguments;

namespace OutputGrad.Engine.Calls;

/// <summary>The checks of a shard: its place among the classes, and what its states cannot carry.</summary>
internal static class ShardChecks
{
    /// <summary>A shard's place among the classes, and that its options need no more than a state carries.</summary>
    public static void Check<T>(OutputLayer<T> shard, LabeledBatch<T> batch, int firstClass, int classes, CrossEntropyOptions options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Checks.ElementType<T>();
        OptionChecks.Check<T>(options);
        string? unsupported = batch.HasSoftTargets ? "soft targets"
            : options.LabelSmoothing != 0 ? nameof(options.LabelSmoothing)
            : options.MaxRowGradientNorm is not null ? nameof(options.MaxRowGradientNorm)
            : null;
        if (unsupported is not null)
        {
            throw new NotSupportedException(
                $"{unsupported} cannot be had from shards: a row's state does not carry what it needs. Class indices with Reduction, "
                + "Normalizer, IgnoreIndex, ClassWeights, ZLoss, LogitScale, LogitSoftcap, the filters, AccumulateGradients and the limits "
                + "are supported.");
        }

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

    public static void CheckClasses(int shardClasses, int classes)
    {
        if (shardClasses < 0 || shardClasses > classes)
        {
            throw Checks.OutOfRange(
                nameof(shardClasses), shardClasses, $"shardClasses is {shardClasses}; a shard has from 0 to all {classes} classes.");
        }
    }
}
