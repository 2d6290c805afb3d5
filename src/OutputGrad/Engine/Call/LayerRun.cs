using System.Numerics;
using System.Runtime.Intrinsics;

namespace OutputGrad.Engine;

/// <summary>How a call on the layer is done: by dot products for few rows, by register tiles for more; settled before anything is written.</summary>
internal readonly struct LayerRun<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly FewRowsPlan<T>? _fewRows;
    private readonly LayerPlan<T> _plan;

    /// <param name="fewRows">What is done for few rows; null for more.</param>
    /// <param name="plan">What is done for more, and for few rows that do not fit otherwise; the default for few rows that do.</param>
    private LayerRun(FewRowsPlan<T>? fewRows, LayerPlan<T> plan)
    {
        _fewRows = fewRows;
        _plan = plan;
    }

    public long WorkspaceBytes => _plan.Shape.Rows > 0 ? _plan.Bytes : _fewRows?.Bytes ?? 0;

    /// <param name="rows">The rows that count.</param>
    /// <param name="features">The features of a row.</param>
    /// <param name="classes">The classes.</param>
    /// <param name="options">The limits.</param>
    /// <exception cref="ArgumentException">The workspace is too small; says the least that works.</exception>
    public static LayerRun<T> ForGradient(int rows, int features, int classes, CrossEntropyOptions options) =>
        TryFit(rows, features, classes, options, out LayerRun<T> run)
            ? run
            : throw Checks.Workspace(run.Least(run._plan.Bytes), options.MaxWorkspaceBytes, features, classes);

    /// <summary>For a gradient of the same bits that an optimiser takes block by block.</summary>
    public static LayerRun<T> ForUpdate(int rows, int features, int classes, CrossEntropyOptions options)
    {
        LayerPlan<T> plan = default;
        bool fits = TryFit(rows, features, classes, options, out LayerRun<T> run)
            && (run._plan.Shape.Rows == 0 || run._plan.TryForUpdate(rows, options, out plan));
        return !fits ? throw Checks.Workspace(run.Least(run._plan.LeastUpdateBytes(rows)), options.MaxWorkspaceBytes, features, classes)
            : plan.Shape.Rows == 0 ? run
            : new(null, plan);
    }

    /// <summary>For a part of the classes, in the chunks of rows in which all of them would be done.</summary>
    /// <param name="rows">The rows that count.</param>
    /// <param name="features">The features of a row.</param>
    /// <param name="classes">The classes of the shard and of all shards.</param>
    /// <param name="options">The limits.</param>
    public static LayerRun<T> ForShard(int rows, int features, (int Shard, int All) classes, CrossEntropyOptions options) =>
        rows == 0 ? default
        : FewRowsPlan<T>.TryFit(rows, features, classes.All, options, out FewRowsPlan<T> fewRows) ? new(fewRows.ForShard(classes.Shard, options), default)
        : LayerPlan<T>.TryFit(rows, features, classes.All, options, out LayerPlan<T> plan) ? new(null, plan.ForShard(classes.Shard, rows, options))
        : ForGradient(rows, features, classes.Shard, options);

    /// <summary>Where neither way fits, both are there with the least that they take.</summary>
    private static bool TryFit(int rows, int features, int classes, CrossEntropyOptions options, out LayerRun<T> run)
    {
        run = default;
        if (rows == 0 || features == 0 || classes == 0)
        {
            return true;
        }

        if (FewRowsPlan<T>.TryFit(rows, features, classes, options, out FewRowsPlan<T> fewRows))
        {
            run = new(fewRows, default);
            return true;
        }

        bool fits = LayerPlan<T>.TryFit(rows, features, classes, options, out LayerPlan<T> plan);
        run = new(fewRows.Shape.Rows == 0 ? null : fewRows, plan);
        return fits;
    }

    private long Least(long ofPlan) => _fewRows is { } fewRows ? Math.Min(ofPlan, fewRows.Bytes) : ofPlan;

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
        _plan.Shape.Rows > 0
            ? LayerPass<TSimd, TVector, T>.Run(layer, _plan)
            : FewRowsPass<TSimd, TVector, T>.Run(layer, _fewRows.GetValueOrDefault());
}
