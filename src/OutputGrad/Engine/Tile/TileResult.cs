namespace OutputGrad.Engine.Tile;

/// <summary>What a product does with what is there already.</summary>
internal enum TileResult
{
    Overwrites,
    Adds,
}
