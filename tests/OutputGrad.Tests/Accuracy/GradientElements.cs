using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Oracle;
using Xunit;

namespace OutputGrad.Tests.Accuracy;

/// <summary>
/// An element of dL/dW, dL/db or dL/dH whose soft targets are close to the probabilities: its residuals are what rounding the targets left,
/// and its error is measured by their terms, p + q, not by them.
/// </summary>
/// <remarks>
/// With k products in the sum, and t the terms of a residual: c u times the sum of t |h|, c = 16 + log2 V + 2 k. Beyond 16 products the 2 k
/// is replaced by 8 sqrt(k), which the errors of a chain of k additions, of either sign, exceed with a probability below 1e-13.
/// </remarks>
public abstract class GradientElements<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Features = 6;

    [Theory]
    [MemberData(nameof(LayerWays.All), MemberType = typeof(LayerWays))]
    public void NearTheTargetAreMeasuredByTheTermsOfTheirResiduals(int rows, int classes, bool isTight)
    {
        LayerBatch<T> batch = Batch(rows, classes);
        batch = isTight ? batch.InLittleWorkspace() : batch;
        Terms terms = new(batch);

        LayerOutcome<T> outcome = batch.Run();

        double byRows = C(classes, rows), byClasses = C(classes, classes);
        for (int i = 0; i < outcome.Weights.Length; i++)
        {
            (int c, int feature) = int.DivRem(i, Features);
            T found = outcome.Weights[i];
            terms.Compare(n => (n, c), n => batch.Hidden[(n * Features) + feature], rows, byRows, found, $"dL/dW[{c}, {feature}]");
        }

        for (int i = 0; i < classes; i++)
        {
            int c = i;
            terms.Compare(n => (n, c), _ => T.One, rows, byRows, outcome.Bias[i], $"dL/db[{c}]");
        }

        for (int i = 0; i < outcome.Hidden.Length; i++)
        {
            (int n, int feature) = int.DivRem(i, Features);
            T found = outcome.Hidden[i];
            terms.Compare(c => (n, c), c => batch.Weights[(c * Features) + feature], classes, byClasses, found, $"dL/dH[{n}, {feature}]");
        }
    }

    private static double C(int classes, int terms) =>
        ErrorBounds<T>.Roundoffs + Math.Log2(classes) + Math.Min(2 * terms, 8 * Math.Sqrt(terms));

    /// <summary>Logits are multiples of 1/64; each row's soft target is its probabilities rounded to the type.</summary>
    private static LayerBatch<T> Batch(int rows, int classes)
    {
        RandomBatches random = new(rows + classes);
        LayerBatch<T> batch = new()
        {
            Features = Features,
            Hidden = random.Grid<T>(rows * Features, .125, 1),
            Weights = random.Grid<T>(classes * Features, .125, 1),
            Bias = random.Grid<T>(classes, .125, 1),
            Targets = new int[rows],
            Options = new() { Reduction = Reduction.Sum },
        };
        double[] probabilities = [.. batch.Oracle().Details.SelectMany(row => row!.Probabilities)];
        return batch with { Targets = null, SoftTargets = Array.ConvertAll(probabilities, T.CreateChecked) };
    }

    /// <summary>Each residual, and the sum of the absolute values of its terms.</summary>
    private sealed class Terms
    {
        private readonly TwiceDouble[][] _residuals;
        private readonly double[][] _terms;

        public Terms(LayerBatch<T> batch)
        {
            (int rows, int classes) = (batch.Rows, batch.Classes);
            double[] logits = LinearOracle.Logits(
                Near.Doubles<T>(batch.Hidden), Near.Doubles<T>(batch.Weights), Near.Doubles<T>(batch.Bias), rows, classes, batch.Features);
            PreciseRow[] precise = [.. Enumerable.Range(0, rows).Select(n => new PreciseRow(
                logits[(n * classes)..((n + 1) * classes)],
                Near.Doubles<T>(batch.SoftTargets.AsSpan(n * classes, classes)),
                batch.Options))];
            _residuals = [.. precise.Select(row => Enumerable.Range(0, classes).Select(row.Residual).ToArray())];
            _terms = [.. precise.Select(row => Enumerable.Range(0, classes).Select(row.ResidualTerms).ToArray())];
        }

        public void Compare(Func<int, (int Row, int Class)> at, Func<int, T> factor, int count, double c, T found, string what)
        {
            TwiceDouble sum = 0;
            double terms = 0;
            for (int k = 0; k < count; k++)
            {
                (int row, int ofClass) = at(k);
                double number = double.CreateChecked(factor(k));
                sum += _residuals[row][ofClass] * number;
                terms += _terms[row][ofClass] * Math.Abs(number);
            }

            Near.Equal((double)sum, found, c * Near.Roundoff<T>() * terms, what);
        }
    }
}

public sealed class GradientElementsInFloat : GradientElements<float>;

public sealed class GradientElementsInDouble : GradientElements<double>;
