namespace OutputGrad.Tests.Support.Problems;

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

    /// <summary>From one to twice as many of so many things, in any order, some of them more than once.</summary>
    public static int[] Some(int count, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, random.Next(1, (2 * count) + 1)).Select(_ => random.Next(count))];
    }

    /// <summary>From 0 to <paramref name="most"/>.</summary>
    public static int Count(int most, int seed) => new Random(seed).Next(most + 1);

    /// <summary>Quarters from 1/4 to 3.</summary>
    public static double Factor(int seed) => new Random(seed).Next(1, 13) / 4.0;

    /// <summary>Where up to four more parts of so many begin, in ascending order.</summary>
    public static int[] Cuts(int count, int seed)
    {
        Random random = new(seed);
        return count < 2 ? [] : [.. Enumerable.Range(0, random.Next(5)).Select(_ => random.Next(1, count)).Distinct().Order()];
    }

    /// <summary>A power of two from 1 down to 2^-12, or 0.</summary>
    public static double Threshold(int seed) => Count(13, seed) is var halvings && halvings == 13 ? 0 : Math.Pow(2, -halvings);

    /// <summary>Multiples of 1/64 from -3 to 3.</summary>
    public static double[] Numbers(int count, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(-192, 193) / 64.0)];
    }
}
