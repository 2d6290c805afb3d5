namespace OutputGrad.Tests.Properties;

/// <summary>What a law needs beside its problem, chosen by a seed that FsCheck draws.</summary>
internal static class Chosen
{
    /// <summary>One step forth or back for each element of an array: a direction.</summary>
    public static int[] Direction(int length, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, length).Select(_ => random.Next(2) == 0 ? -1 : 1)];
    }

    public static int[] Permutation(int count, int seed)
    {
        int[] permutation = [.. Enumerable.Range(0, count)];
        new Random(seed).Shuffle(permutation);
        return permutation;
    }

    /// <summary>From 0 to <paramref name="most"/>.</summary>
    public static int Count(int most, int seed) => new Random(seed).Next(most + 1);

    /// <summary>Quarters from 1/4 to 3.</summary>
    public static double Factor(int seed) => new Random(seed).Next(1, 13) / 4.0;

    /// <summary>Multiples of 1/64 from -3 to 3.</summary>
    public static double[] Numbers(int count, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(-192, 193) / 64.0)];
    }
}
