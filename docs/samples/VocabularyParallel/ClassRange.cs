namespace VocabularyParallel;

/// <summary>The classes of a rank.</summary>
/// <param name="First">The first one.</param>
/// <param name="Count">How many.</param>
internal readonly record struct ClassRange(int First, int Count)
{
    /// <summary>Where ranks have whole units of so many classes, the layer has the bits of the undivided one.</summary>
    public const int Unit = 512;

    public int End => First + Count;

    /// <summary>How many units the classes have, the last of them whole or not.</summary>
    public static int Units(int classes) => (classes + Unit - 1) / Unit;

    /// <summary>Cuts the classes as evenly as can be, at multiples of <see cref="Unit"/>.</summary>
    public static ClassRange Of(int classes, int rank, int ranks)
    {
        int first = Start(rank), end = Start(rank + 1);
        return new ClassRange(first, end - first);

        int Start(int part) => (int)Math.Min(classes, Unit * ((long)Units(classes) * part / ranks));
    }

    /// <summary>The classes that are in both; perhaps none.</summary>
    public ClassRange Intersect(ClassRange other)
    {
        int first = Math.Max(First, other.First);
        return new ClassRange(first, Math.Max(0, Math.Min(End, other.End) - first));
    }
}
