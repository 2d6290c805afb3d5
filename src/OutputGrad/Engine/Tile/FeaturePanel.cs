using System.Numerics;
using OutputGrad.Engine.Simd;

namespace OutputGrad.Engine.Tile;

/// <summary>Which features a panel of the register tile's width holds.</summary>
internal readonly struct FeaturePanel<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public FeaturePanel(int features, int panel)
    {
        int vectors = VectorsOf(features);
        Vectors = Panels.Width(panel, vectors);
        Start = Panels.Start(panel, vectors) * TSimd.Count;
        Live = Math.Min(Width, features - Start);
    }

    public int Vectors { get; }

    /// <summary>The first feature.</summary>
    public int Start { get; }

    /// <summary>How many there is room for.</summary>
    public int Width => Vectors * TSimd.Count;

    /// <summary>How many there are: fewer than there is room for at the end of a row.</summary>
    public int Live { get; }

    public static int CountOf(int features) => Panels.Count(VectorsOf(features));

    /// <summary>Where the panel stands in an array of panels, each with so many rows.</summary>
    public nint At(int rows) => (nint)Start * rows;

    private static int VectorsOf(int features) => Blocking.Divide(features, TSimd.Count);
}
