using System.Runtime.InteropServices;

namespace OutputGrad.Engine.Tile;

// How many rows the register tile has, as the size of a type: the compiler knows it before it inlines anything, so that rows that the tile
// does not have cost no time of its either.

[StructLayout(LayoutKind.Sequential, Size = 1)]
internal readonly struct TileRows1;

[StructLayout(LayoutKind.Sequential, Size = 2)]
internal readonly struct TileRows2;

[StructLayout(LayoutKind.Sequential, Size = 3)]
internal readonly struct TileRows3;

[StructLayout(LayoutKind.Sequential, Size = 4)]
internal readonly struct TileRows4;

[StructLayout(LayoutKind.Sequential, Size = 5)]
internal readonly struct TileRows5;

[StructLayout(LayoutKind.Sequential, Size = 6)]
internal readonly struct TileRows6;

[StructLayout(LayoutKind.Sequential, Size = 7)]
internal readonly struct TileRows7;

[StructLayout(LayoutKind.Sequential, Size = 8)]
internal readonly struct TileRows8;
