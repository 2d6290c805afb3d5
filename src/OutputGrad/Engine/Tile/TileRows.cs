namespace OutputGrad.Engine.Tile;

/// <summary>How many rows the register tile has, as a constant of the code that is compiled for it.</summary>
internal interface ITileRows
{
    static abstract int Count { get; }
}

internal readonly struct TileRows1 : ITileRows
{
    public static int Count => 1;
}

internal readonly struct TileRows2 : ITileRows
{
    public static int Count => 2;
}

internal readonly struct TileRows3 : ITileRows
{
    public static int Count => 3;
}

internal readonly struct TileRows4 : ITileRows
{
    public static int Count => 4;
}

internal readonly struct TileRows5 : ITileRows
{
    public static int Count => 5;
}

internal readonly struct TileRows6 : ITileRows
{
    public static int Count => 6;
}

internal readonly struct TileRows7 : ITileRows
{
    public static int Count => 7;
}

internal readonly struct TileRows8 : ITileRows
{
    public static int Count => 8;
}
