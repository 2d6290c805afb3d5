using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Oracle;
using Xunit;

namespace OutputGrad.Tests.Accuracy;

/// <summary>
/// From exact logits log p is off by at most u (16 + log2 V) times itself, and so is p; against numbers of twice the precision of a double.
/// </summary>
public abstract class Probabilities<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [Theory]
    [MemberData(nameof(Ways.Layers), MemberType = typeof(Ways))]
    public void OfLogitsOfEverySpread(Way way)
    {
        foreach (int classes in Counts(way))
        {
            RandomBatches random = new(classes);
            T[] confident = random.Grid<T>(classes, 1 / 64.0, 1);
            confident[classes / 2] = T.CreateChecked(40);
            Check(way, random.Grid<T>(classes, 1 / 64.0, 1));
            Check(way, random.Grid<T>(classes, 1 / 64.0, 16));
            Check(way, confident);
            Check(way, new T[classes]);
        }
    }

    /// <summary>
    /// z - m rounds, by as many units of p as the difference is large, but p has no more than others: what is rounded off is multiplied in.
    /// </summary>
    [Theory]
    [MemberData(nameof(Ways.Layers), MemberType = typeof(Ways))]
    public void OfLogitsOnNoGrid(Way way)
    {
        foreach (int classes in Counts(way))
        {
            RandomBatches random = new(classes);
            Check(way, random.Anywhere<T>(classes, 1));
            Check(way, random.Anywhere<T>(classes, 40));
            T[] far = Array.ConvertAll(random.Anywhere<T>(classes, 30), logit => logit - T.CreateChecked(50));
            far[classes / 3] = T.CreateChecked(1.0 / 3);
            Check(way, far);
        }
    }

    /// <summary>One logit of 0 among equal ones far below, whose exponentials all round the same way.</summary>
    [Theory]
    [InlineData(1_025, 11.254946056872116)]
    [InlineData(250_000, 24.978701611970877)]
    public void OfOneClassAboveEqualOnes(int classes, double below)
    {
        T[] logits = new T[classes];
        Array.Fill(logits, -T.CreateChecked(below));
        logits[classes / 3] = T.Zero;

        Check(Way.FewRows, logits);
        PreciseComparison.Check(new SharedLogits<T> { Logits = logits, Targets = [classes / 3] }, [Way.Logits, Way.FewRows, Way.Tiles]);
    }

    /// <summary>Through the numbers below the normal ones down to 0, where p has an absolute error of some of the smallest.</summary>
    [Theory]
    [MemberData(nameof(Ways.Layers), MemberType = typeof(Ways))]
    public void DownToTheSmallestNumbers(Way way)
    {
        double step = typeof(T) == typeof(float) ? 1 / 4.0 : 2;
        T[] logits = [.. Enumerable.Range(0, way == Way.Recomputed ? Ways.ManyClasses : 440).Select(i => T.CreateChecked(-i * step))];
        SoftmaxOutcome<T> outcome = new SharedLogits<T> { Logits = logits, Targets = [0] }.Layer(way).Softmax(top: 1);
        double logSum = Math.Log(1 / (1 - Math.Exp(-step)));
        for (int i = 0; i < outcome.Probabilities.Length; i++)
        {
            double log = double.CreateChecked(logits[i % logits.Length]) - logSum, p = Math.Exp(log);
            Near.Equal(p, outcome.Probabilities[i], Near.Roundoff<T>() * (16 + Math.Abs(log)) * p, "p");
            Near.Equal(log, outcome.LogProbabilities[i], 16 * Near.Roundoff<T>() * Math.Abs(log), "log p");
        }
    }

    /// <summary>Their difference may be beyond the type: then it is infinite, and the probability 0.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    public void OfTheLargestNumbers(int rows)
    {
        T largest = typeof(T) == typeof(float) ? T.CreateChecked(float.MaxValue) : T.CreateChecked(double.MaxValue);
        SoftmaxOutcome<T> outcome = new SharedLogits<T> { Logits = [-largest, largest, T.Zero, largest], Targets = [0], RowCount = rows }
            .Layer(Way.Tiles)
            .Softmax(top: 4);
        double half = Math.Log(.5);
        for (int n = 0; n < rows; n++)
        {
            T[] logarithms = outcome.LogProbabilities[(4 * n)..(4 * (n + 1))], all = outcome.Probabilities[(4 * n)..(4 * (n + 1))];
            Exactly.SameBits<int>([1, 3, 2, 0], outcome.TopClasses.AsSpan(4 * n, 4), "order");
            Exactly.SameBits<T>(Near.Rounded<T>(0, .5, 0, .5), all, "p");
            Exactly.SameBits<T>([T.NegativeInfinity, T.CreateChecked(half), -largest, T.CreateChecked(half)], logarithms, "log p");
        }
    }

    /// <summary>The example of the documentation: by the usual formula log p of the first class is 0 in float.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(20)]
    public void OfTheConfidentRowOfTheDocumentation(int rows)
    {
        SharedLogits<T> problem = new() { Logits = Near.Rounded<T>(20, 0), Targets = [0], RowCount = rows };
        SoftmaxOutcome<T> outcome = problem.Layer(Way.Tiles).Softmax(top: 1);
        double u = Near.Roundoff<T>();

        Near.Equal(-2.0611536203143807e-9, outcome.LogProbabilities[0], 4 * u * 2.0611536203143807e-9, "log p");
        Near.Equal(2.0611536181902036e-9, outcome.Probabilities[1], 4 * u * 2.0611536181902036e-9, "p of the other");
        Near.Equal(-20.000000002061153, outcome.LogProbabilities[1], 4 * u * 20, "log p of the other");
    }

    /// <summary>The loss of a row is -log p of its target, each within its bound of the exact one.</summary>
    [Theory]
    [MemberData(nameof(LayerWays.All), MemberType = typeof(LayerWays))]
    public void TheLossIsTheTargetsLogarithm(int rows, int classes, bool isTight)
    {
        RandomBatches random = new(rows);
        LayerBatch<T> batch = new LayerBatch<T>
        {
            Features = 6,
            Hidden = random.Grid<T>(rows * 6, 1 / 8.0, 2),
            Weights = random.Grid<T>(classes * 6, 1 / 8.0, 2),
            Bias = random.Grid<T>(classes, 1 / 64.0, 2),
        }.Aimed([.. Enumerable.Range(0, rows).Select(n => n * 31 % classes)]);
        batch = isTight ? batch.InLittleWorkspace() : batch;
        SoftmaxOutcome<T> outcome = batch.Softmax(top: 1);
        T[] losses = batch.ForwardRows().Losses;
        double bound = 2 * Near.Roundoff<T>() * (ErrorBounds<T>.Roundoffs + Math.Log2(classes));
        for (int n = 0; n < rows; n++)
        {
            int at = (n * classes) + batch.Targets![n];
            double loss = double.CreateChecked(losses[n]), p = Math.Exp(-loss);
            Near.Equal(-loss, outcome.LogProbabilities[at], bound * loss, $"log p of row {n}");
            Near.Equal(p, outcome.Probabilities[at], ((bound / 2) + (bound / 2 * loss)) * p, $"p of row {n}");
        }
    }

    private static int[] Counts(Way way) => way == Way.Recomputed ? [Ways.ManyClasses] : [1, 2, 3, 10, 40, 513, 1_000, 20_000];

    private static void Check(Way way, T[] logits) =>
        PreciseComparison.CheckSoftmax(new SharedLogits<T> { Logits = logits, Targets = [0] }, way);
}

public sealed class ProbabilitiesInFloat : Probabilities<float>;

public sealed class ProbabilitiesInDouble : Probabilities<double>;
