using System.Numerics;
using System.Runtime.Intrinsics;

namespace OutputGrad.Engine;

/// <summary>How a call on the layer is done: by dot products for few rows, by register tiles for more; settled before anything is written.</summary>
internal readonly struct LayerRun<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly FewRowsPlan<T>? _fewRows;
    private readonly LayerPlan<T> _plan;

    private LayerRun(FewRowsPlan<T> plan) => _fewRows = plan;

    private LayerRun(LayerPlan<T> plan) => _plan = plan;

    public long WorkspaceBytes => _fewRows?.Bytes ?? _plan.Bytes;

    /// <param name="rows">The rows that count.</param>
    /// <param name="features">The features of a row.</param>
    /// <param name="classes">The classes.</param>
    /// <param name="options">The limits.</param>
    /// <exception cref="ArgumentException">The workspace is too small; says the least that works.</exception>
    public static LayerRun<T> ForGradient(int rows, int features, int classes, CrossEntropyOptions options)
    {
        if (rows == 0 || features == 0 || classes == 0)
        {
            return default;
        }

        if (FewRowsPlan<T>.TryFit(rows, features, classes, options, out FewRowsPlan<T> fewRows))
        {
            return new(fewRows);
        }

        if (!LayerPlan<T>.TryFit(rows, features, classes, options, out LayerPlan<T> plan))
        {
            long least = fewRows.Shape.Rows == 0 ? plan.Bytes : Math.Min(plan.Bytes, fewRows.Bytes);
            throw Checks.Workspace(least, options.MaxWorkspaceBytes, features, classes);
        }

        return new(plan);
    }

    /// <summary>For a gradient of the same bits that an optimiser takes block by block.</summary>
    public static LayerRun<T> ForUpdate(int rows, int features, int classes, CrossEntropyOptions options)
    {
        LayerRun<T> run = ForGradient(rows, features, classes, options);
        if (run._plan.Shape.Rows == 0)
        {
            return run;
        }

        return run._plan.TryForUpdate(rows, options, out LayerPlan<T> plan)
            ? new(plan)
            : throw Checks.Workspace(plan.Bytes, options.MaxWorkspaceBytes, features, classes);
    }

    /// <summary>For a part of the classes, in the chunks of rows in which all of them would be done.</summary>
    /// <param name="rows">The rows that count.</param>
    /// <param name="features">The features of a row.</param>
    /// <param name="classes">The classes of the shard and of all shards.</param>
    /// <param name="options">The limits.</param>
    public static LayerRun<T> ForShard(int rows, int features, (int Shard, int All) classes, CrossEntropyOptions options) =>
        rows > 0 && !FewRowsPlan<T>.TryFit(rows, features, classes.All, options, out _)
            && LayerPlan<T>.TryFit(rows, features, classes.All, options, out LayerPlan<T> plan)
                ? new(plan.ForShard(classes.Shard, rows, options))
                : ForGradient(rows, features, classes.Shard, options);

    public CrossEntropyResult Run(in LayerMemory<T> layer)
    {
        if (layer.Terms.Rows > 0)
        {
            return Vector512.IsHardwareAccelerated ? Run<Simd512<T>, Vector512<T>>(layer) : Run<SimdNative<T>, Vector<T>>(layer);
        }

        for (int row = 0; row < layer.Batch.Rows; row++)
        {
            layer.Ignore(row);
        }

        return default(LossSums).Over(layer.Terms);
    }

    private CrossEntropyResult Run<TSimd, TVector>(in LayerMemory<T> layer)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged =>
        _fewRows is { } fewRows
            ? FewRowsPass<TSimd, TVector, T>.Run(layer, fewRows)
            : LayerPass<TSimd, TVector, T>.Run(layer, _plan);
}
