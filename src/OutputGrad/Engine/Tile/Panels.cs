namespace OutputGrad.Engine.Tile;

/// <summary>
/// How a row of so many vectors is cut into panels of the register tile's width: threes, and two twos where one would be left over, because
/// a tile one vector wide runs at three quarters of the speed.
/// </summary>
internal static class Panels
{
    /// <summary>The widest tile: 8 rows of 3 vectors are 24 sums in registers, for 3 vectors and 8 numbers loaded at each depth.</summary>
    private const int Widest = 3;

    public static int Count(int vectors) => (vectors + Widest - 1) / Widest;

    /// <summary>The first vector of a panel; of the panel past the last one, the number of vectors.</summary>
    public static int Start(int panel, int vectors)
    {
        int panels = Count(vectors);
        bool startsLastTwo = panel == panels - 1 && panel > 0 && vectors % Widest == 1;
        return panel == panels ? vectors : (panel * Widest) - (startsLastTwo ? 1 : 0);
    }

    /// <summary>The panel that a vector is in.</summary>
    public static int Of(int vector, int vectors)
    {
        int panel = vector / Widest;
        return vector < Start(panel + 1, vectors) ? panel : panel + 1;
    }

    public static int Width(int panel, int vectors) => Start(panel + 1, vectors) - Start(panel, vectors);
}
