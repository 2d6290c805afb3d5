using System.Numerics;
using OutputGrad.Engine.Arguments;
using OutputGrad.Engine.FewRows;
using OutputGrad.Engine.Layer;
using OutputGrad.Engine.Loss;
using OutputGrad.Engine.Simd;
using OutputGrad.Engine.Work;

namespace OutputGrad.Engine.Calls;

/// <summary>
/// How a call on the layer is done: by dot products for few rows, by register tiles for more; decided before anything is written.
/// </summary>
internal readonly struct LayerStrategy<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private LayerStrategy(FewRowsPlan<T> fewRows) => FewRows = fewRows;

    private LayerStrategy(LayerPlan<T> tiles) => Tiles = tiles;

    /// <summary>What is done by dot products; null by tiles, and where there is nothing to do.</summary>
    public FewRowsPlan<T>? FewRows { get; }

    /// <summary>What is done by tiles; null by dot products, and where there is nothing to do.</summary>
    public LayerPlan<T>? Tiles { get; }

    public long WorkspaceBytes => Tiles?.Bytes ?? FewRows?.Bytes ?? 0;

    /// <summary>For a loss and its gradients.</summary>
    /// <param name="rows">The rows that count.</param>
    /// <param name="features">The features of a row.</param>
    /// <param name="classes">The classes.</param>
    /// <param name="options">The limits.</param>
    /// <exception cref="ArgumentException">The workspace is too small; says the least that works.</exception>
    public static LayerStrategy<T> ForGradient(int rows, int features, int classes, CrossEntropyOptions options) =>
        Fit(rows, features, classes, options)
            ?? throw LayerChecks.Workspace(LeastBytes(rows, features, classes, options, plan =>
                plan.Bytes), options.MaxWorkspaceBytes, features, classes);

    /// <summary>For a gradient of the same bits that an optimizer takes block by block.</summary>
    /// <inheritdoc cref="ForGradient"/>
    public static LayerStrategy<T> ForUpdate(int rows, int features, int classes, CrossEntropyOptions options)
    {
        LayerStrategy<T>? run = Fit(rows, features, classes, options);
        if (run?.Tiles is { } tiles)
        {
            run = tiles.ForUpdate(rows, options) is { } update ? new(update) : null;
        }

        return run
            ?? throw LayerChecks.Workspace(LeastBytes(rows, features, classes, options, plan =>
                plan.LeastForUpdate.Bytes), options.MaxWorkspaceBytes, features, classes);
    }

    /// <summary>For a part of the classes, in the chunks of rows in which all of them would be done.</summary>
    /// <param name="rows">The rows that count.</param>
    /// <param name="features">The features of a row.</param>
    /// <param name="classes">The classes of the shard and of all shards.</param>
    /// <param name="options">The limits.</param>
    /// <exception cref="ArgumentException">The workspace is too small; says the least that works.</exception>
    public static LayerStrategy<T> ForShard(int rows, int features, (int Shard, int All) classes, CrossEntropyOptions options)
    {
        LayerStrategy<T>? run = Fit(rows, features, classes.All, options);
        return run?.FewRows is { } fewRows ? new(fewRows.ForShard(classes.Shard, options))
            : run?.Tiles is { } tiles ? new(tiles.ForShard(classes.Shard, rows, options))
            : run ?? ForGradient(rows, features, classes.Shard, options);
    }

    /// <summary>For a part of the classes, whose weights are moved: in the same chunks of rows, where these fit.</summary>
    /// <inheritdoc cref="ForShard"/>
    public static LayerStrategy<T> ForShardUpdate(int rows, int features, (int Shard, int All) classes, CrossEntropyOptions options)
    {
        LayerStrategy<T>? run = Fit(rows, features, classes.All, options);
        return run?.FewRows is { } fewRows ? new(fewRows.ForShard(classes.Shard, options))
            : run?.Tiles?.ForShard(classes.Shard, rows, options).ForUpdate(rows, options) is { } update ? new(update)
            : ForUpdate(rows, features, classes.Shard, options);
    }

    /// <summary>The same way, forwards alone.</summary>
    public LayerStrategy<T> ForForward() => Tiles is { } tiles ? new(tiles.ForForward())
        : FewRows is { } fewRows ? new(fewRows.ForForward())
        : this;

    /// <summary>
    /// The way that is taken; null where none fits. What a step does not fit in is taken last, so that a step and a gradient go the same
    /// way.
    /// </summary>
    private static LayerStrategy<T>? Fit(int rows, int features, int classes, CrossEntropyOptions options)
    {
        if (rows == 0 || features == 0 || classes == 0)
        {
            return default(LayerStrategy<T>);
        }

        FewRowsPlan<T>? fewRows = FewRowsPlan<T>.Of(rows, features, classes, options);
        if (fewRows is { } pooled && pooled.Bytes <= Workspace.LimitOf(options))
        {
            return new(pooled);
        }

        if (LayerPlan<T>.WithRoomForUpdate(rows, features, classes, options) is { } tiles)
        {
            return new(tiles);
        }

        if (fewRows is { } allowed && allowed.Bytes <= options.MaxWorkspaceBytes)
        {
            return new(allowed);
        }

        LayerPlan<T> last = LayerPlan<T>.ForGradientAlone(rows, features, classes, options) ?? LayerPlan<T>.Least(
            rows, features, classes, options);
        return last.Bytes <= options.MaxWorkspaceBytes ? new(last) : null;
    }

    private static long LeastBytes(int rows, int features, int classes, CrossEntropyOptions options, Func<LayerPlan<T>, long> bytesOf) =>
        Math.Min(
        bytesOf(LayerPlan<T>.Least(rows, features, classes, options)),
        FewRowsPlan<T>.Of(rows, features, classes, options)?.Bytes ?? long.MaxValue);

    /// <summary>A call that is done this way.</summary>
    public readonly ref struct Pass(in LayerStrategy<T> strategy, in LayerArguments<T> layer) : IVectorWork<T, CrossEntropyResult>
    {
        private readonly ref readonly LayerStrategy<T> _strategy = ref strategy;
        private readonly ref readonly LayerArguments<T> _layer = ref layer;

        public CrossEntropyResult Run<TSimd, TVector>()
            where TSimd : ISimd<TVector, T>
            where TVector : unmanaged => _strategy.Tiles is { } tiles ? LayerPass<TSimd, TVector, T>.Run(_layer, tiles)
                : _strategy.FewRows is { } fewRows ? RunFewRows<TSimd, TVector>(fewRows)
                : IgnoreAllRows();

        private CrossEntropyResult RunFewRows<TSimd, TVector>(in FewRowsPlan<T> plan)
            where TSimd : ISimd<TVector, T>
            where TVector : unmanaged => _layer.Weights.Format switch
            {
                NumberFormat.Half => FewRowsPass<TSimd, TVector, T, Half>.Run(_layer, plan),
                NumberFormat.BFloat16 => FewRowsPass<TSimd, TVector, T, BFloat16>.Run(_layer, plan),
                _ => FewRowsPass<TSimd, TVector, T, T>.Run(_layer, plan),
            };

        private CrossEntropyResult IgnoreAllRows()
        {
            for (int row = 0; row < _layer.Batch.Rows; row++)
            {
                _layer.Ignore(row);
            }

            return default(LossSums).Over(_layer.Terms);
        }
    }
}
