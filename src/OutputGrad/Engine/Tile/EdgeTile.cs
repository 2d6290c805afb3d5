using System.Numerics;
using System.Runtime.CompilerServices;
using OutputGrad.Engine.Simd;

namespace OutputGrad.Engine.Tile;

/// <summary>
/// A tile whose last vector may reach beyond its matrix: then computed in scratch memory, of which the part inside is copied. So there are
/// no kernels for edges.
/// </summary>
internal static unsafe class EdgeTile<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>A tile as wide as a panel, as much of it as is inside.</summary>
    /// <param name="tile">What is multiplied; where the result goes is set here.</param>
    /// <param name="panel">The features of the result.</param>
    /// <param name="rows">Its rows.</param>
    /// <param name="destination">The tile's first element in the matrix.</param>
    /// <param name="stride">From a row of the matrix to the next.</param>
    /// <param name="result">Whether the matrix is added to.</param>
    /// <param name="room">Room for a tile.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Multiply(
        ref TileOperands<T> tile, FeaturePanel<TSimd, TVector, T> panel, int rows, T* destination, int stride, TileResult result, T* room)
    {
        bool isWhole = panel.Live == panel.Width;
        tile.C = isWhole ? destination : room;
        tile.CRow = isWhole ? stride : panel.Width;
        tile.Result = isWhole ? result : TileResult.Overwrites;
        RegisterTile<TSimd, TVector, T>.Multiply(tile, rows, panel.Vectors);
        if (!isWhole)
        {
            PanelCopy<TSimd, TVector, T>.WriteLive(room, panel.Width, rows, panel.Live, destination, stride, result);
        }
    }
}
