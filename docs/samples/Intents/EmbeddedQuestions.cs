namespace Intents;

/// <summary>Questions as the classifier takes them: a vector of each, row-major, and its intent.</summary>
internal sealed class EmbeddedQuestions(float[] vectors, IReadOnlyList<string> intents)
{
    public int Count => intents.Count;

    /// <summary>The length of a vector.</summary>
    public int Features => vectors.Length / intents.Count;

    public ReadOnlySpan<float> Vectors => vectors;

    public IReadOnlyList<string> Intents => intents;

    public ReadOnlySpan<float> Vector(int index) => vectors.AsSpan(index * Features, Features);

    /// <summary>Some of the questions, copied.</summary>
    public EmbeddedQuestions Where(Func<int, bool> isWanted)
    {
        int[] wanted = [.. Enumerable.Range(0, Count).Where(isWanted)];
        float[] rows = new float[wanted.Length * Features];
        for (int row = 0; row < wanted.Length; row++)
        {
            Vector(wanted[row]).CopyTo(rows.AsSpan(row * Features));
        }

        return new(rows, [.. wanted.Select(index => intents[index])]);
    }
}
