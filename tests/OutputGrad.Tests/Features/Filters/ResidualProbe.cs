using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Oracle;
using Xunit;

namespace OutputGrad.Tests.Features.Filters;

/// <summary>
/// Layers whose gradients are the residuals themselves, so that each one is seen to stay or to be left out: with the identity for W dL/dH
/// is, and with the identity for the hidden vectors dL/dW is, turned.
/// </summary>
/// <param name="Batch">The layer, its filter included.</param>
/// <param name="OfHidden">Whether dL/dH shows the residuals; otherwise dL/dW does.</param>
internal sealed record ResidualProbe<T>(LayerBatch<T> Batch, bool OfHidden)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private double Threshold => OfHidden ? Batch.Options.HiddenFilterThreshold : Batch.Options.WeightFilterThreshold;

    /// <summary>Logits on a grid from -8 to 8 and any options.</summary>
    public static ResidualProbe<T> Hidden(int seed, int rows, int classes)
    {
        RandomBatches random = new(seed);
        LayerBatch<T> batch = random.Layer<T>(rows, classes, features: classes);
        return new(
            batch with { Weights = LinearOracle.Identity<T>(classes), Hidden = random.Grid<T>(rows * classes, 1 / 64.0, 8) },
            OfHidden: true);
    }

    /// <summary>The same, turned.</summary>
    public static ResidualProbe<T> Weights(int seed, int rows, int classes)
    {
        RandomBatches random = new(seed);
        LayerBatch<T> batch = random.Layer<T>(rows, classes, features: rows);
        return new(
            batch with { Hidden = LinearOracle.Identity<T>(rows), Weights = random.Grid<T>(classes * rows, 1 / 64.0, 8) },
            OfHidden: false);
    }

    public ResidualProbe<T> With(Func<CrossEntropyOptions, CrossEntropyOptions> change) =>
        this with { Batch = Batch with { Options = change(Batch.Options) } };

    /// <summary>With the threshold at which that share of all residuals is below; 1.1 for one above all of them.</summary>
    public ResidualProbe<T> Filtering(double share)
    {
        CrossEntropyOracle oracle = Batch.Oracle();
        double[] sizes =
        [
            0, .. from n in Enumerable.Range(0, Batch.Rows) from v in Enumerable.Range(0, Batch.Classes)
                  where oracle.Details[n] is not null
                  select Math.Abs(oracle.Residual(n, v)),
        ];
        Array.Sort(sizes);
        double threshold = share > 1 ? share * (1 + sizes[^1]) : sizes[(int)(share * (sizes.Length - 1))];
        return this with { Batch = OfHidden ? Batch.Filtered(threshold, 0) : Batch.Filtered(0, threshold) };
    }

    /// <summary>The residuals that a gradient shows, row by row.</summary>
    public T[] Residuals(LayerOutcome<T> outcome) => OfHidden
        ? outcome.Hidden
        : [
            .. from n in Enumerable.Range(0, Batch.Rows)
               from v in Enumerable.Range(0, Batch.Classes)
               select outcome.Weights[(v * Batch.Rows) + n],
        ];

    /// <summary>
    /// Fails unless every residual is the exact one or left out and below the threshold, what was left out adds up to the mass, and classes
    /// without anything to keep, at least eight in a row for dL/dW, are left out altogether. Returns how many were left out.
    /// </summary>
    public int Check()
    {
        LayerOutcome<T> filtered = Batch.Run();
        T[] exact = Residuals(Batch.Unfiltered().Run()), left = Residuals(filtered);
        CrossEntropyOracle oracle = Batch.Oracle();
        int removed = 0;
        Described.Run(oracle, $"{Batch.Shape}, {(OfHidden ? "hidden" : "weight")} threshold {Threshold}", () =>
        {
            removed = CheckEntries(oracle, exact, left, filtered.Result.FilteredMass);
            CheckClasses(oracle, left);
        });
        return removed;
    }

    private int CheckEntries(CrossEntropyOracle oracle, T[] exact, T[] left, double mass)
    {
        ErrorBounds<T> bounds = new(oracle);
        (int removed, double largest, double error) = (0, 0, 0);
        for (int n = 0; n < Batch.Rows; n++)
        {
            (double sum, double sumError) = (0, 0);
            for (int v = 0; v < Batch.Classes; v++)
            {
                int i = (n * Batch.Classes) + v;
                if (left[i] != exact[i])
                {
                    Assert.True(left[i] == T.Zero, $"residual {v} of row {n} is {left[i]}, not {exact[i]}");
                    Assert.True(IsRemovable(oracle, bounds, n, v), $"residual {v} of row {n}, {oracle.Residual(n, v)}, is left out");
                    removed++;
                    sum += Math.Abs(oracle.Residual(n, v));
                    sumError += bounds.Residual(n, v);
                }
            }

            (largest, error) = (Math.Max(largest, sum), Math.Max(error, sumError));
        }

        Assert.InRange(mass, largest - error, (largest * (1 + 1e-3)) + error);
        return removed;
    }

    private void CheckClasses(CrossEntropyOracle oracle, T[] left)
    {
        ErrorBounds<T> bounds = new(oracle);
        bool isEmpty = false;
        int group = OfHidden ? 1 : 8;
        for (int v = 0; v < Batch.Classes; v++)
        {
            if (v % group == 0)
            {
                int[] classes = [.. Enumerable.Range(v, Math.Min(group, Batch.Classes - v))];
                isEmpty = Enumerable.Range(0, Batch.Rows).All(n => classes.All(c => IsSurelyRemovable(oracle, bounds, n, c)));
            }

            for (int n = 0; n < Batch.Rows && isEmpty; n++)
            {
                Assert.True(
                    left[(n * Batch.Classes) + v] == T.Zero,
                    $"residual {v} of row {n} stays, and with it a class that has nothing to keep");
            }
        }
    }

    private bool IsRemovable(CrossEntropyOracle oracle, ErrorBounds<T> bounds, int n, int v) =>
        v != Batch.Targets?[n] && Math.Abs(oracle.Residual(n, v)) - bounds.Residual(n, v) < Threshold;

    /// <summary>Beyond rounding, and the little that the engine stays below the threshold on that account.</summary>
    private bool IsSurelyRemovable(CrossEntropyOracle oracle, ErrorBounds<T> bounds, int n, int v) => oracle.Details[n] is null
        || (v != Batch.Targets?[n]
            && Math.Abs(oracle.Residual(n, v)) + bounds.Residual(n, v) < Threshold * (1 - (64 * Near.Roundoff<T>())));
}
