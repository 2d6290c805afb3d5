namespace OutputGrad.Benchmarks.Measurement;

/// <summary>Seconds per call of each contestant in each round of an <see cref="Alternation"/>.</summary>
internal sealed class Timings(IReadOnlyList<Contestant> contestants, IReadOnlyList<double[]> rounds)
{
    public int Rounds => rounds.Count;

    /// <summary>The median over rounds of a call's time.</summary>
    public double Seconds(Contestant contestant)
    {
        int column = Column(contestant);
        return Median(rounds.Select(round => round[column]));
    }

    public double FastestSeconds(Contestant contestant)
    {
        int column = Column(contestant);
        return rounds.Min(round => round[column]);
    }

    public double GigaflopsPerSecond(Contestant contestant) => contestant.Flops / Seconds(contestant) / 1e9;

    /// <summary>The median over rounds of how many times longer one contestant took than the other.</summary>
    public double TimeRatio(Contestant slower, Contestant faster)
    {
        int numerator = Column(slower);
        int denominator = Column(faster);
        return Median(rounds.Select(round => round[numerator] / round[denominator]));
    }

    /// <summary>The smallest and the largest of what <see cref="TimeRatio"/> is the median of.</summary>
    public (double Least, double Most) TimeRatioRange(Contestant slower, Contestant faster)
    {
        int numerator = Column(slower);
        int denominator = Column(faster);
        double[] ratios = [.. rounds.Select(round => round[numerator] / round[denominator])];
        return (ratios.Min(), ratios.Max());
    }

    /// <summary>The median over rounds of one contestant's operations per second as a share of the other's.</summary>
    public double SpeedShare(Contestant part, Contestant whole) => TimeRatio(whole, part) * part.Flops / whole.Flops;

    public static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int middle = sorted.Length / 2;
        return sorted.Length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }

    private int Column(Contestant contestant)
    {
        int column = contestants.ToList().IndexOf(contestant);
        return column >= 0 ? column : throw new ArgumentException($"'{contestant.Name}' took no part.", nameof(contestant));
    }
}
