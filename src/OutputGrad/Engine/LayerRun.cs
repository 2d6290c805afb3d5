using System.Numerics;
using System.Runtime.Intrinsics;

namespace OutputGrad.Engine;

/// <summary>How a call on the layer is done: by dot products for few rows, by register tiles for more; settled before anything is written.</summary>
internal readonly struct LayerRun<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly FewRowsPlan<T>? _fewRows;
    private readonly LayerPlan<T> _plan;

    /// <param name="rows">The rows that count.</param>
    /// <param name="features">The features of a row.</param>
    /// <param name="classes">The classes.</param>
    /// <param name="options">The limits.</param>
    /// <exception cref="ArgumentException">The workspace is too small; says the least that works.</exception>
    public LayerRun(int rows, int features, int classes, CrossEntropyOptions options)
    {
        if (rows == 0 || features == 0 || classes == 0)
        {
            return;
        }

        if (FewRowsPlan<T>.TryFit(rows, features, classes, options, out FewRowsPlan<T> fewRows))
        {
            _fewRows = fewRows;
        }
        else if (!LayerPlan<T>.TryFit(rows, features, classes, options, out _plan))
        {
            long least = fewRows.Rows == 0 ? _plan.Bytes : Math.Min(_plan.Bytes, fewRows.Bytes);
            throw Checks.Workspace(least, options.MaxWorkspaceBytes, features, classes);
        }
    }

    public long WorkspaceBytes => _fewRows?.Bytes ?? _plan.Bytes;

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
