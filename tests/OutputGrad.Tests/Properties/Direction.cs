namespace OutputGrad.Tests.Properties;

/// <summary>A direction in the space of an array's elements: one step forth or back in each.</summary>
internal static class Direction
{
    public static int[] Of(int length, int seed)
    {
        Random random = new(seed);
        return [.. Enumerable.Range(0, length).Select(_ => random.Next(2) == 0 ? -1 : 1)];
    }

    public static double Slope(double[] gradient, int[] direction) => gradient.Zip(direction, (slope, step) => slope * step).Sum();
}
