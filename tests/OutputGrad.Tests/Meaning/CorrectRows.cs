using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Problems;
using Xunit;

namespace OutputGrad.Tests.Meaning;

/// <summary>
/// <see cref="CrossEntropyResult.Correct"/> counts the rows whose prediction, the first NaN or else the first of the largest logits, is
/// their target, whatever else is asked for.
/// </summary>
public class CorrectRows
{
    private const int Ignored = -100;

    /// <summary>How many ways there are to ask for some of six results.</summary>
    private const int AllResults = 1 << 6;

    [Fact]
    public void AnInfinityBesideANaNAtTheTarget()
    {
        Check<float>(new(2, [OddLogits.NaN, OddLogits.Infinity], [0]));
        Check<double>(new(2, [OddLogits.NaN, OddLogits.Infinity], [0]));
        Check<float>(new(2, [OddLogits.Infinity, OddLogits.NaN], [1]));
        Check<double>(new(2, [OddLogits.Infinity, OddLogits.NaN], [1]));
    }

    [Law(Arbitrary = [typeof(OddLogitRows)])]
    public void AreThoseWhosePredictionIsTheTarget(OddLogits problem)
    {
        Check<float>(problem);
        Check<double>(problem);
    }

    [Law(Arbitrary = [typeof(WideOddLogitRows)], MaxTest = 20)]
    public void AmongManyClassesToo(OddLogits problem)
    {
        Check<float>(problem);
        Check<double>(problem);
    }

    private static void Check<T>(OddLogits problem)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] logits = problem.Logits<T>();
        CheckLogits(problem, logits);
        for (int row = 0; row < Math.Min(problem.Targets.Length, 2); row++)
        {
            T[] shared = logits[(row * problem.Classes)..((row + 1) * problem.Classes)];
            int prediction = problem.Expected(row);
            CheckLayers(new SharedLogits<T> { Logits = shared, Targets = [.. problem.Targets, prediction] }, prediction);
        }
    }

    private static void CheckLogits<T>(OddLogits problem, T[] logits)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int[] targets = problem.Targets, predictions = new int[targets.Length];
        SoftmaxCrossEntropy.Loss<T>(logits, targets, rows: new() { Predictions = predictions });
        Assert.Equal(targets.Select((target, row) => target == Ignored ? -1 : problem.Expected(row)), predictions);

        int expected = targets.Where((target, row) => target == predictions[row]).Count();
        for (int asked = 0; asked < AllResults; asked++)
        {
            LogitOutcome<T> room = new(targets.Length, problem.Classes, hasRanks: true);
            T[] inPlace = [.. logits];

            RowResults<T> rows = Asked(room.Rows, asked);

            Assert.Equal(expected, SoftmaxCrossEntropy.Loss<T>(logits, targets, rows: rows).Correct);
            Assert.Equal(expected, SoftmaxCrossEntropy.LossAndGradient(logits, targets, room.Gradient, rows: rows).Correct);
            Assert.Equal(expected, SoftmaxCrossEntropy.LossAndGradient(inPlace, targets, inPlace.AsSpan(), rows: rows).Correct);
        }
    }

    private static void CheckLayers<T>(SharedLogits<T> problem, int prediction)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (int rows in (int[])[Math.Min(3, problem.Targets!.Length), 20])
        {
            LayerBatch<T> batch = (problem with { RowCount = rows }).Layer(Way.Tiles);
            int expected = batch.Targets!.Count(target => target == prediction);
            for (int asked = 0; asked < AllResults; asked++)
            {
                RowOutcome<T> room = new(rows, hasRanks: true);

                Assert.Equal(expected, LinearCrossEntropy.Loss(batch.Layer(), batch.Labeled(), rows: Asked(room, asked)).Correct);
            }

            Assert.Equal(expected, batch.Run().Result.Correct);
            Assert.Equal(expected, CorrectOfStep(batch));
            Assert.Equal(expected, (problem with { RowCount = rows }).Run(Way.Shards).Result.Correct);
            Assert.Equal(expected, (problem with { RowCount = rows }).Run(Way.ShardsBackwards).Result.Correct);
        }

        if (problem.Classes >= Ways.ManyClasses)
        {
            LayerBatch<T> recomputed = (problem with { RowCount = null }).Layer(Way.Recomputed);
            Assert.Equal(recomputed.Targets!.Count(target => target == prediction), recomputed.Run().Result.Correct);
        }
    }

    private static int CorrectOfStep<T>(LayerBatch<T> batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] weights = [.. batch.Weights], bias = [.. batch.Bias!];
        RecordingUpdate<T> update = new(weights.Length + bias.Length);
        return LinearCrossEntropy.Step<T, RecordingUpdate<T>>(weights, bias, batch.Labeled(), update).Correct;
    }

    /// <summary>Room for each of the six results whose bit is set.</summary>
    private static RowResults<T> Asked<T>(RowOutcome<T> room, int asked)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new()
        {
            Losses = (asked & 1) != 0 ? room.Losses : default,
            LogSumExp = (asked & 2) != 0 ? room.LogSumExp : default,
            GradientNorms = (asked & 4) != 0 ? room.GradientNorms : default,
            Predictions = (asked & 8) != 0 ? room.Predictions : default,
            Entropies = (asked & 16) != 0 ? room.Entropies : default,
            TargetRanks = (asked & 32) != 0 ? room.TargetRanks : default,
        };

    /// <summary>Rows of the numbers that a comparison may get wrong, and many ties.</summary>
    /// <param name="Classes">How many there are.</param>
    /// <param name="Kinds">Each logit's kind, row-major.</param>
    /// <param name="Targets">Class indices, or ignored.</param>
    public sealed record OddLogits(int Classes, int[] Kinds, int[] Targets)
    {
        public const int NaN = 0;
        public const int Infinity = 1;
        public const int Masked = 2;
        public const int Lowest = 3;
        public const int MostKinds = 8;

        public T[] Logits<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => Array.ConvertAll(Kinds, kind => kind switch
            {
                NaN => T.NaN,
                Infinity => T.PositiveInfinity,
                Masked => T.NegativeInfinity,
                Lowest => T.BitIncrement(T.NegativeInfinity),
                _ => T.CreateChecked(kind - 6),
            });

        /// <summary>The prediction, by the rule as it is written.</summary>
        public int Expected(int row)
        {
            double[] logits = Near.Doubles<double>(Logits<double>().AsSpan(row * Classes, Classes));
            int firstNaN = Array.FindIndex(logits, double.IsNaN);
            return firstNaN >= 0 ? firstNaN : Array.IndexOf(logits, logits.Max());
        }

        public override string ToString() =>
            $"{Classes} classes, kinds {string.Join(' ', Kinds.Take(200))}, targets {string.Join(' ', Targets)}";

        public OddLogits WithoutRow(int row) => new(
            Classes,
            [.. Kinds.Where((_, i) => i / Classes != row)],
            [.. Targets.Where((_, n) => n != row)]);
    }

    public static class OddLogitRows
    {
        public static Arbitrary<OddLogits> Rows() => Drawn(Gen.Choose(1, 6), Gen.Frequency((3, Gen.Choose(1, 5)), (1, Gen.Choose(6, 40))));
    }

    public static class WideOddLogitRows
    {
        public static Arbitrary<OddLogits> Rows() => Drawn(Gen.Choose(1, 3), Gen.Elements(511, 512, 513, 1_025, Ways.ManyClasses));
    }

    private static Arbitrary<OddLogits> Drawn(Gen<int> rowCount, Gen<int> classCount) => Arb.From(
        from rows in rowCount
        from classes in classCount
        from kinds in DrawRow(classes).ArrayOf(rows)
        from targets in Gen.Frequency((5, Gen.Choose(0, classes - 1)), (1, Gen.Constant(Ignored))).ArrayOf(rows)
        from aimed in Gen.Elements(false, true).ArrayOf(rows)
        select AimedAtPredictions(new OddLogits(classes, [.. kinds.SelectMany(row => row)], targets), aimed),
        problem => Enumerable.Range(0, problem.Targets.Length > 1 ? problem.Targets.Length : 0).Select(problem.WithoutRow));

    /// <summary>All of one kind but for a few, so that there are rows without NaN, of masked classes alone, and with ties.</summary>
    private static Gen<int[]> DrawRow(int classes) =>
        from usual in Gen.Choose(OddLogits.Masked, OddLogits.MostKinds)
        from several in Gen.Elements(0, 1, 2, 5)
        from places in Gen.Choose(0, classes - 1).ArrayOf(several)
        from kinds in DrawOddKind().ArrayOf(several)
        select Row(classes, usual, places, kinds);

    private static Gen<int> DrawOddKind() => Gen.Frequency(
        (1, Gen.Choose(OddLogits.NaN, OddLogits.Infinity)),
        (3, Gen.Choose(OddLogits.Masked, OddLogits.MostKinds)));

    private static int[] Row(int classes, int usual, int[] places, int[] kinds)
    {
        int[] row = [.. Enumerable.Repeat(usual, classes)];
        foreach ((int place, int kind) in places.Zip(kinds))
        {
            row[place] = kind;
        }

        return row;
    }

    private static OddLogits AimedAtPredictions(OddLogits problem, bool[] aimed) =>
        problem with { Targets = [.. problem.Targets.Select((target, row) => aimed[row] ? problem.Expected(row) : target)] };
}
