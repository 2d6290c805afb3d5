using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using Xunit;

namespace OutputGrad.Tests.Meaning;

/// <summary>
/// The prediction is the first of the largest logits. A real one beats masked ones, even the lowest number that there is.
/// </summary>
public abstract class ArgMax<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Classes = Ways.ManyClasses;

    private static readonly T Lowest = T.BitIncrement(T.NegativeInfinity);

    /// <summary>The ends of blocks of 512 classes and of vectors, the first class and the last.</summary>
    private static readonly int[] Places = [0, 1, 7, 8, 15, 16, 511, 512, 513, 1_000, 1_023, 1_024, 2_047, 2_048, Classes - 1];

    private static readonly int[][] CutsOfShards = [[512, 1_024], [1], [Classes - 1], [1, 513, 1_000, 2_048]];

    [Theory]
    [MemberData(nameof(Ways.All), MemberType = typeof(Ways))]
    public void TheLowestNumberBeatsAMaskedClass(Way way)
    {
        Check(new() { Logits = [T.NegativeInfinity, Lowest] }, way, 1);
        Check(new() { Logits = [Lowest, T.NegativeInfinity] }, way, 0);
        Check(new() { Logits = [T.NegativeInfinity, T.NegativeInfinity, Lowest, T.NegativeInfinity, Lowest] }, way, 2);
    }

    [Theory]
    [MemberData(nameof(Ways.All), MemberType = typeof(Ways))]
    public void WhereverItStandsAmongMaskedClasses(Way way)
    {
        foreach (int[] cuts in way.IsSharded() ? CutsOfShards : [[]])
        {
            Assert.All(Places, place => Check(Masked(cuts, place), way, place));
            Check(Masked(cuts, 512, 513), way, 512);
            Check(Masked(cuts, 1_000, 2_100), way, 1_000);
            Check(Masked(cuts, 3, 600), way, 3);
        }
    }

    /// <summary>A block of masked classes, one of the lowest numbers, and a number above them.</summary>
    [Theory]
    [MemberData(nameof(Ways.All), MemberType = typeof(Ways))]
    public void TheNextNumberBeatsTheLowest(Way way)
    {
        foreach (int place in Places.Where(place => place > 0))
        {
            SharedLogits<T> problem = Masked([512, 1_000], [.. Enumerable.Range(place / 2, place - (place / 2))]);
            problem.Logits[place] = T.BitIncrement(Lowest);

            Check(problem, way, place);
        }
    }

    [Theory]
    [MemberData(nameof(Ways.All), MemberType = typeof(Ways))]
    public void OfMaskedClassesAloneTheFirstIsIt(Way way)
    {
        Check(new() { Logits = [T.NegativeInfinity, T.NegativeInfinity, T.NegativeInfinity] }, way, 0);
        Check(Masked([512, 1_000]), way, 0);
    }

    [Theory]
    [MemberData(nameof(Ways.All), MemberType = typeof(Ways))]
    public void TheLossKnowsTheMaskedClassesToo(Way way)
    {
        SharedLogits<T> problem = Masked([512, 1_000], 700, 1_300) with { Targets = [700, 1_300] };

        SharedOutcome<T> outcome = problem.Run(way);

        double loss = Math.Log(2) * outcome.Result.Rows;
        Near.Equal(loss, outcome.Result.Loss, 16 * Near.Roundoff<T>() * loss, "loss");
        Assert.Equal([-.5, .5], new[] { outcome.First[700], outcome.First[1_300] }.Select(g => Math.Round(double.CreateChecked(g), 6)));
        Assert.All(outcome.First[..700], g => Assert.Equal(T.Zero, g));
    }

    /// <summary>The prediction where it is given, and by the number of correct rows in any case.</summary>
    private static void Check(SharedLogits<T> problem, Way way, int expected)
    {
        int classes = problem.Classes;
        foreach (int target in (int[])[expected, expected == 0 ? classes - 1 : 0, (expected + 1) % classes])
        {
            SharedOutcome<T> outcome = (problem with { Targets = [target] }).Run(way);

            Assert.All(outcome.Rows.Predictions, prediction => Assert.Equal(expected, prediction));
            Assert.Equal(target == expected ? outcome.Result.Rows : 0, outcome.Result.Correct);
        }
    }

    /// <summary>All classes masked but these, whose logits are the lowest number.</summary>
    private static SharedLogits<T> Masked(int[] cuts, params int[] real)
    {
        T[] logits = new T[Classes];
        Array.Fill(logits, T.NegativeInfinity);
        foreach (int place in real)
        {
            logits[place] = Lowest;
        }

        return new() { Logits = logits, Cuts = cuts };
    }
}

public sealed class ArgMaxInFloat : ArgMax<float>;

public sealed class ArgMaxInDouble : ArgMax<double>;
