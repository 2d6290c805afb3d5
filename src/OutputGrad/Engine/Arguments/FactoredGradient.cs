using System.Numerics;

namespace OutputGrad.Engine.Arguments;

/// <summary>dW[c, d] = sum over n of g[c, n] h[n, d] of few rows n, by its factors.</summary>
internal readonly unsafe struct FactoredGradient<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>As many as memory leaves time for; classes of more rows move sooner by a gradient that tiles make.</summary>
    public const int MostRows = 4;

    /// <summary>Where each row is.</summary>
    public required T** Hidden { get; init; }

    /// <summary>How many rows there are, 1 to <see cref="MostRows"/>.</summary>
    public required int Rows { get; init; }

    /// <summary>The numbers of a row.</summary>
    public required int Features { get; init; }

    /// <summary>The rows' residuals of the first class, side by side.</summary>
    public required T* Residuals { get; init; }

    /// <summary>From a class's residuals to the next's.</summary>
    public required nint ResidualStride { get; init; }
}
