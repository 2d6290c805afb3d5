using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Oracle;
using OutputGrad.Tests.Support.Problems;
using Xunit;

namespace OutputGrad.Tests.Laws;

/// <summary>The softmax of a layer: its probabilities, the order of its classes, its entropies and its targets' ranks.</summary>
public class SoftmaxLaws
{
    [Law]
    public void ProbabilitiesSumToOne(LayerProblem problem)
    {
        CheckSums<double>(problem);
        CheckSums<float>(problem);
    }

    [Law]
    public void AProbabilityIsTheExponentialOfItsLogarithm(LayerProblem problem)
    {
        CheckExponentials<double>(problem);
        CheckExponentials<float>(problem);
    }

    /// <summary>From 0, where one class has all, to ln V, where all have the same; but for its own rounding.</summary>
    [Law]
    public void EntropiesLieBetweenZeroAndTheLogarithmOfTheClasses(LayerProblem problem)
    {
        CheckEntropies<double>(problem);
        CheckEntropies<float>(problem);
    }

    [Law]
    public void AnEntropyIsTheMeanOfMinusLogProbabilities(LayerProblem problem)
    {
        CheckMeans<double>(problem);
        CheckMeans<float>(problem);
    }

    /// <summary>The numbers are multiples of 1/64 and the shift is an integer, so that logits are exact before and after.</summary>
    [Law]
    public void AShiftOfTheBiasChangesNoBit(LayerProblem problem, int seed)
    {
        CheckShift<double>(problem, seed);
        CheckShift<float>(problem, seed);
    }

    /// <summary>But for the order of ties, and for sums over the classes, which come in another order.</summary>
    [Law]
    public void PermutedClassesPermuteTheResults(LayerProblem problem, int seed)
    {
        CheckPermutation<double>(problem, seed);
        CheckPermutation<float>(problem, seed);
    }

    /// <summary>More or fewer rows may be worked on in another way, which sums logits in another order; here they are exact.</summary>
    [Law]
    public void RowsDoNotAffectEachOther(LayerProblem problem, int seed)
    {
        CheckRows<double>(problem, seed);
        CheckRows<float>(problem, seed);
    }

    [Law(Arbitrary = [typeof(LargeProblems)])]
    public void ParallelismAndWorkspaceChangeNoBit(LayerProblem problem)
    {
        CheckParallelism<double>(problem);
        CheckParallelism<float>(problem);
    }

    /// <summary>Of hidden vectors of 16 bits there is no softmax; the weights' formats are read in place.</summary>
    [Law]
    public void WeightsOf16BitsAreTheWidenedOnes(LayerProblem problem, int seed)
    {
        CheckNarrow<double>(problem, seed);
        CheckNarrow<float>(problem, seed);
    }

    /// <summary>Results per row say of the same softmax what it says itself.</summary>
    [Law(Arbitrary = [typeof(ClassIndexProblems)])]
    public void RanksAreThePlacesAmongTheFirstClasses(LayerProblem problem)
    {
        CheckRanks<double>(problem);
        CheckRanks<float>(problem);
    }

    [Law(Arbitrary = [typeof(ClassIndexProblems)])]
    public void RanksFromLogitsAreThoseOfASort(LogitProblem problem)
    {
        LogitProblem plain = problem.With(options => options with { LogitSoftcap = 0, LogitScale = 1 });
        CheckRanks(plain, plain.EvaluateLoss<double>().Rows);
        CheckRanks(plain, plain.EvaluateLoss<float>().Rows);
    }

    [Law(Arbitrary = [typeof(ClassIndexProblems)])]
    public void TheRankIsZeroWhereTheTargetIsThePrediction(LayerProblem problem)
    {
        RowOutcome<float> layer = problem.EvaluateLoss<float>().Rows, logits = problem.ToLogits().EvaluateLoss<float>().Rows;
        foreach (int row in problem.Labels.CountedRows())
        {
            Assert.Equal(problem.Labels.Indices[row] == layer.Predictions[row], layer.TargetRanks[row] == 0);
            Assert.Equal(problem.Labels.Indices[row] == logits.Predictions[row], logits.TargetRanks[row] == 0);
        }
    }

    [Law]
    public void ANaNOrInfinityInAHiddenVectorStaysInItsRow(LayerProblem problem, int seed)
    {
        if (problem.Hidden.Length == 0)
        {
            return;
        }

        double poison = ((double[])[double.NaN, double.PositiveInfinity, double.NegativeInfinity])[Chosen.Count(2, ~seed)];
        int poisoned = Chosen.Count(problem.Hidden.Length - 1, seed), row = poisoned / problem.Features, rows = problem.Labels.Rows;
        int[] others = [.. Enumerable.Range(0, rows).Where(other => other != row)];
        int top = problem.Labels.Classes;
        SoftmaxOutcome<float> clean = problem.ToBatch<float>().Softmax(top);
        SoftmaxOutcome<float> actual = (problem with { Hidden = Matrix.With(problem.Hidden, poisoned, poison) }).ToBatch<float>()
            .Softmax(top);
        Exactly.SameBits(clean.Taken(others, rows), actual.Taken(others, rows), "of other rows");
        if (double.IsNaN(poison))
        {
            SoftmaxOutcome<float> own = actual.Taken([row], rows);
            Assert.All(
                (float[])[.. own.LogProbabilities, .. own.Probabilities, .. own.TopLogProbabilities], p => Assert.Equal(float.NaN, p));
            Assert.Equal(Enumerable.Range(0, top), own.TopClasses);
        }
    }

    [Law]
    public void AClassMaskedByItsBiasIsAbsent(LayerProblem problem, int seed)
    {
        int classes = problem.Labels.Classes, masked = Chosen.Count(classes - 1, seed);
        if (classes == 1)
        {
            return;
        }

        int[] others = [.. Enumerable.Range(0, classes).Where(label => label != masked)];
        double[] bias = problem.Bias.Length == 0 ? new double[classes] : problem.Bias;
        LayerProblem whole = problem.With(options => options with { LogitSoftcap = 0 }) with
        {
            Bias = Matrix.With(bias, masked, double.NegativeInfinity),
        };
        LayerBatch<double> without = whole.TakeClasses(others).ToBatch<double>();
        SoftmaxOutcome<double> expected = without.Softmax(top: 0), actual = whole.ToBatch<double>().Softmax(classes);
        double units = 2 * Units(without);
        Assert.All(Matrix.TakeColumns(actual.Probabilities, classes, [masked]), p => Assert.Equal(0, p));
        Assert.All(Matrix.TakeColumns(actual.LogProbabilities, classes, [masked]), p => Assert.Equal(double.NegativeInfinity, p));
        Assert.All(Matrix.TakeColumns(actual.TopClasses, classes, [classes - 1]), last => Assert.Equal(masked, last));
        Near.Equal(
            expected.Probabilities,
            Matrix.TakeColumns(actual.Probabilities, classes, others),
            index => units * expected.Probabilities[index],
            "p");
        Near.Equal(
            expected.LogProbabilities,
            Matrix.TakeColumns(actual.LogProbabilities, classes, others),
            index => units * -expected.LogProbabilities[index],
            "log p");
    }

    /// <summary>The first so many are the first of all.</summary>
    [Law]
    public void FewerFirstClassesAreTheFirstOfMore(LayerProblem problem, int seed)
    {
        LayerBatch<float> batch = problem.ToBatch<float>();
        (int rows, int classes) = (batch.Rows, batch.Classes);
        int top = Chosen.Count(classes, seed);
        SoftmaxOutcome<float> few = batch.Softmax(top), all = batch.Softmax(classes);
        for (int n = 0; n < rows; n++)
        {
            Exactly.SameBits<int>(all.TopClasses.AsSpan(n * classes, top), few.TopClasses.AsSpan(n * top, top), "first classes");
            Exactly.SameBits<float>(
                all.TopLogProbabilities.AsSpan(n * classes, top), few.TopLogProbabilities.AsSpan(n * top, top), "log p");
        }
    }

    /// <summary>
    /// One roundoff for each probability beside its bound: V times the mean of the bounds, which are relative, is at most the largest.
    /// The sum itself adds none.
    /// </summary>
    private static void CheckSums<T>(LayerProblem problem)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        LayerBatch<T> batch = problem.ToBatch<T>();
        double[] all = Near.Doubles<T>(batch.Softmax(top: 0).Probabilities);
        double units = Units(batch);
        for (int n = 0; n < batch.Rows; n++)
        {
            CompensatedSum sum = default;
            foreach (double p in Matrix.Row(all, batch.Classes, n))
            {
                Assert.InRange(p, 0, 1);
                sum.Add(p);
            }

            Near.Equal(1, sum.Value, units, $"sum of the probabilities of row {n}");
        }
    }

    private static void CheckExponentials<T>(LayerProblem problem)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        LayerBatch<T> batch = problem.ToBatch<T>();
        SoftmaxOutcome<T> outcome = batch.Softmax(top: 0);
        double[] logarithms = Near.Doubles<T>(outcome.LogProbabilities);
        double units = Units(batch);
        Near.Equal(
            Array.ConvertAll(logarithms, Math.Exp),
            outcome.Probabilities,
            index => 2 * units * (1 - logarithms[index]) * Math.Exp(logarithms[index]),
            "p");
    }

    private static void CheckEntropies<T>(LayerProblem problem)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        LayerOutcome<T> layer = problem.EvaluateLoss<T>();
        LogitOutcome<T> logits = problem.ToLogits().EvaluateLoss<T>();
        double most = Math.Log(problem.Labels.Classes), bound = EntropyUnits(problem.ToBatch<T>()) * (most + 1);
        foreach (int row in problem.Labels.CountedRows())
        {
            Assert.InRange(double.CreateChecked(layer.Rows.Entropies[row]), 0, most + bound);
            Assert.InRange(double.CreateChecked(logits.Rows.Entropies[row]), 0, most + bound);
        }
    }

    private static void CheckMeans<T>(LayerProblem problem)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        LayerBatch<T> batch = problem.ToBatch<T>();
        SoftmaxOutcome<T> outcome = batch.Softmax(top: 0);
        double[] logarithms = Near.Doubles<T>(outcome.LogProbabilities), all = Near.Doubles<T>(outcome.Probabilities);
        double units = EntropyUnits(batch);
        T[] entropies = problem.EvaluateLoss<T>().Rows.Entropies;
        foreach (int n in problem.Labels.CountedRows())
        {
            CompensatedSum mean = default;
            foreach ((double p, double log) in Matrix.Row(all, batch.Classes, n).Zip(Matrix.Row(logarithms, batch.Classes, n)))
            {
                mean.Add(p * -log);
            }

            Near.Equal(mean.Value, entropies[n], 2 * units * (mean.Value + 1), $"entropy of row {n}");
        }
    }

    private static void CheckShift<T>(LayerProblem problem, int seed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!IsExact<T>(problem))
        {
            return;
        }

        LayerProblem plain = problem.With(options => options with { LogitScale = 1, LogitSoftcap = 0, ZLoss = 0 });
        int shift = Chosen.Count(400, seed) - 200;
        double[] bias = plain.Bias.Length == 0 ? new double[plain.Labels.Classes] : plain.Bias;
        LayerProblem shifted = plain with { Bias = Array.ConvertAll(bias, b => b + shift) };
        Exactly.SameBits(plain.ToBatch<T>().Softmax(top: 1), shifted.ToBatch<T>().Softmax(top: 1), "after a shift");
        RowOutcome<T> before = plain.EvaluateLoss<T>().Rows, after = shifted.EvaluateLoss<T>().Rows;
        Exactly.SameBits<T>(before.Entropies, after.Entropies, "entropies after a shift");
        Exactly.SameBits<int>(before.TargetRanks, after.TargetRanks, "ranks after a shift");
    }

    private static void CheckPermutation<T>(LayerProblem problem, int seed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int classes = problem.Labels.Classes;
        int[] order = Chosen.Permutation(classes, seed);
        LayerProblem permuted = problem.TakeClasses(order);
        LayerBatch<T> batch = problem.ToBatch<T>();
        SoftmaxOutcome<T> outcome = batch.Softmax(classes), actual = permuted.ToBatch<T>().Softmax(classes);
        double[] logarithms = Matrix.TakeColumns(Near.Doubles<T>(outcome.LogProbabilities), classes, order);
        double[] all = Matrix.TakeColumns(Near.Doubles<T>(outcome.Probabilities), classes, order);
        double units = Units(batch), entropyUnits = EntropyUnits(batch);
        Near.Equal(logarithms, actual.LogProbabilities, index => 2 * units * -logarithms[index], "log p");
        Near.Equal(all, actual.Probabilities, index => 2 * units * all[index], "p");
        T[] entropies = problem.EvaluateLoss<T>().Rows.Entropies, others = permuted.EvaluateLoss<T>().Rows.Entropies;
        Near.Equal(
            Near.Doubles<T>(entropies),
            others,
            n => 2 * entropyUnits * (1 + double.CreateChecked(entropies[n])),
            "entropies");
    }

    private static void CheckRows<T>(LayerProblem problem, int seed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (problem.Labels.Rows == 0 || !IsExact<T>(problem))
        {
            return;
        }

        int[] taken = Chosen.Some(problem.Labels.Rows, seed);
        int top = Math.Min(3, problem.Labels.Classes);
        SoftmaxOutcome<T> all = problem.ToBatch<T>().Softmax(top);
        Exactly.SameBits(all.Taken(taken, problem.Labels.Rows), problem.TakeRows(taken).ToBatch<T>().Softmax(top), "of some rows");
        LayerOutcome<T> rows = problem.EvaluateLoss<T>(), some = problem.TakeRows(taken).EvaluateLoss<T>();
        Exactly.SameBits<T>(rows.Rows.Taken(taken).Entropies, some.Rows.Entropies, "entropies of some rows");
        Exactly.SameBits<int>(rows.Rows.Taken(taken).TargetRanks, some.Rows.TargetRanks, "ranks of some rows");
    }

    private static void CheckParallelism<T>(LayerProblem problem)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int top = Math.Min(9, problem.Labels.Classes);
        SoftmaxOutcome<T> Run(int threads, long workspace) => problem
            .With(options => options with { MaxDegreeOfParallelism = threads, MaxWorkspaceBytes = workspace })
            .ToBatch<T>()
            .Softmax(top);
        SoftmaxOutcome<T> expected = Run(1, 1L << 28);
        foreach (int threads in (int[])[-1, 2, 3, 7])
        {
            Exactly.SameBits(expected, Run(threads, 1L << 28), $"on {threads} threads");
            Exactly.SameBits(expected, Run(threads, AnyProblems.TightWorkspace), $"on {threads} threads in little workspace");
        }
    }

    private static void CheckNarrow<T>(LayerProblem problem, int seed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        StoredFormat format = seed % 2 == 0 ? StoredFormat.Half : StoredFormat.BFloat16;
        int top = Math.Min(3, problem.Labels.Classes);
        LayerBatch<T> batch = problem.ToBatch<T>().Stored(format, StoredFormat.Full);
        Exactly.SameBits(batch.Widened().Softmax(top), batch.Softmax(top), $"of {format}");
    }

    private static void CheckRanks<T>(LayerProblem problem)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!IsExact<T>(problem))
        {
            return;
        }

        int classes = problem.Labels.Classes;
        int[] order = problem.ToBatch<T>().Softmax(classes).TopClasses;
        RowOutcome<T> rows = problem.EvaluateLoss<T>().Rows;
        foreach (int n in problem.Labels.CountedRows())
        {
            int[] row = order[(n * classes)..((n + 1) * classes)];
            Assert.Equal(Array.IndexOf(row, problem.Labels.Indices[n]), rows.TargetRanks[n]);
            Assert.Equal(row[0], rows.Predictions[n]);
        }
    }

    private static void CheckRanks<T>(LogitProblem problem, RowOutcome<T> rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (int n in problem.Labels.CountedRows())
        {
            int[] order = Ranking.Of(Matrix.Row(problem.Logits, problem.Labels.Classes, n));
            Assert.Equal(Array.IndexOf(order, problem.Labels.Indices[n]), rows.TargetRanks[n]);
        }
    }

    /// <summary>Whether logits, multiples of 2^-14 below 2^8 where the features are few, have no more digits than T.</summary>
    private static bool IsExact<T>(LayerProblem problem)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => typeof(T) == typeof(double) || problem.Features < 100;

    /// <summary>The relative bound of probabilities: that of exact logits, because both sides have the same.</summary>
    private static double Units<T>(LayerBatch<T> batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Near.Roundoff<T>() * (ErrorBounds<T>.Roundoffs + Math.Log2(batch.Classes) + LogitSize(batch));

    private static double EntropyUnits<T>(LayerBatch<T> batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Units(batch) + (Near.Roundoff<T>() * ErrorBounds<T>.SpreadAdditions);

    /// <summary>
    /// How large the logits that the softmax sees may be at most. z - m is rounded by at most u of twice that; an exponential has the same
    /// as a relative error, in the sum and by itself.
    /// </summary>
    private static double LogitSize<T>(LayerBatch<T> batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        4 * batch.Aimed(new int[batch.Rows]).Oracle().Details.Select(row => row!.LargestLogit).DefaultIfEmpty().Max();
}
