namespace Interop;

/// <summary>Vectors and labels, drawn around a center for each kind.</summary>
internal sealed class Flowers
{
    public const int Features = 4;
    public static readonly string[] Kinds = ["daisy", "poppy", "rose"];
    private static readonly float[] Centers = [5f, 3.4f, 1.5f, .2f, 5.9f, 2.8f, 4.3f, 1.3f, 6.6f, 3f, 5.6f, 2f];

    private Flowers(float[] measures, string[] labels) => (Measures, Labels) = (measures, labels);

    /// <summary>rows x features.</summary>
    public float[] Measures { get; }

    public string[] Labels { get; }

    public int Rows => Labels.Length;

    public static Flowers Draw(int rows)
    {
        Random random = new(1);
        int[] kinds = [.. Enumerable.Range(0, rows).Select(_ => random.Next(Kinds.Length))];
        float[] measures =
        [
            .. from kind in kinds
               from feature in Enumerable.Range(0, Features)
               select Centers[(kind * Features) + feature] + random.NextSingle() - .5f,
        ];
        return new(measures, [.. kinds.Select(kind => Kinds[kind])]);
    }
}
