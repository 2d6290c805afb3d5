using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Problems;

namespace OutputGrad.Tests.Laws;

/// <summary>Single precision is double precision but for its own rounding; powers of two are exact in both.</summary>
public class PrecisionLaws
{
    [Law]
    public void FloatAgreesWithDoubleFromLogits(LogitProblem problem)
    {
        LogitOutcome<float> actual = problem.Evaluate<float>();
        LogitOutcome<double> expected = problem.Evaluate();
        RoundingBounds<float> bounds = new(problem);
        Near.Equal(expected.Result.Loss, actual.Result.Loss, bounds.LossError, "loss");
        Near.Equal(
            expected.Gradient,
            actual.Gradient,
            index => bounds.LogitGradientError(index / problem.Labels.Classes),
            "dL/dlogits");
        Near.Equal(expected.Rows.Losses, actual.Rows.Losses, row => bounds.RowLossErrors[row], "losses");
        Near.Equal(expected.Rows.LogSumExp, actual.Rows.LogSumExp, row => bounds.LogSumExpErrors[row], "log sum exp");
    }

    [Law(Arbitrary = [typeof(LargeProblems)])]
    public void FloatAgreesWithDoubleFromTheLayer(LayerProblem problem)
    {
        LayerOutcome<float> actual = problem.Evaluate<float>();
        LayerOutcome<double> expected = problem.Evaluate();
        RoundingBounds<float> bounds = new(problem);
        Near.Equal(expected.Result.Loss, actual.Result.Loss, bounds.LossError, "loss");
        Near.Equal(
            expected.Hidden,
            actual.Hidden,
            index => bounds.HiddenGradientError(index / problem.Features, index % problem.Features),
            "dL/dH");
        Near.Equal(
            expected.Weights,
            actual.Weights,
            index => bounds.WeightGradientError(index % problem.Features),
            "dL/dW");
        Near.Equal(expected.Bias, actual.Bias, _ => bounds.BiasGradientError(), "dL/db");
    }

    /// <summary>
    /// Plain cross-entropy has no cancellation left once the true class is kept out of the sum: every residual is a probability, or minus
    /// the sum of the others, and the loss is log(1 + that) or at least ln 2. So the errors are relative, however sure a row is; but a
    /// float below 2^-126 has fewer digits.
    /// </summary>
    [Law(Arbitrary = [typeof(ClassIndexProblems)])]
    public void TheErrorIsRelativeHoweverSureARowIs(LogitProblem problem)
    {
        LogitProblem plain = problem.With(options => options with
        {
            LabelSmoothing = 0,
            ZLoss = 0,
            LogitSoftcap = 0,
            Reduction = Reduction.Sum,
        });
        LogitOutcome<float> actual = plain.Evaluate<float>();
        LogitOutcome<double> expected = plain.Evaluate();
        int classes = plain.Labels.Classes;
        RowMagnitudes[] magnitudes = RowMagnitudes.Of(plain);
        double Relative(int row) => Near.Roundoff<float>() * ((16 * magnitudes[row].LogitSize) + classes + 24);
        double smallest = classes * float.Epsilon;
        Near.Equal(
            expected.Gradient,
            actual.Gradient,
            index => (Relative(index / classes) * Math.Abs(expected.Gradient[index])) + (8 * smallest),
            "dL/dlogits");
        Near.Equal(
            expected.Rows.Losses,
            actual.Rows.Losses,
            row => (2 * Relative(row) * Math.Abs(expected.Rows.Losses[row])) + (8 * smallest),
            "losses");
    }

    /// <summary>
    /// At the true class the residual is minus the sum of the others, r, and the loss, log(1 + r / (1 - r)), lies between r and r / (1 -
    /// r): with small relative errors, also where 1 - r rounds to 1.
    /// </summary>
    [Law(Arbitrary = [typeof(ClassIndexProblems)])]
    public void SureRowsKeepTheirDigits(LogitProblem problem, int seed)
    {
        int gap = Chosen.Count(80, seed);
        int classes = problem.Labels.Classes;
        CrossEntropyOptions plain = new() { Reduction = Reduction.Sum, IgnoreIndex = problem.Labels.Options.IgnoreIndex };
        Labels labels = problem.Labels with { RowWeights = [], Options = plain };
        LogitProblem sure = new(labels, [.. problem.Logits]);
        foreach (int row in labels.CountedRows())
        {
            sure.Logits[(row * classes) + labels.Indices[row]] = problem.Logits.Skip(row * classes).Take(classes).Max() + gap;
        }

        CheckSureRows<double>(sure);
        CheckSureRows<float>(sure);
    }

    /// <summary>
    /// Exactly, unless something underflows: so the weights are made small enough for logits within 20 of zero. Then no probability is
    /// below e^-40 / V.
    /// </summary>
    [Law]
    public void TwiceTheHiddenAndHalfTheWeightsDoubleTheWeightGradientExactly(LayerProblem problem)
    {
        double size = RowMagnitudes.Of(problem).Select(row => row.LogitSize).DefaultIfEmpty(0).Max();
        double factor = Math.Pow(2, -Math.Ceiling(Math.Log2(Math.Max(1, size / 20))));
        LayerProblem small = problem with { Weights = Matrix.Scaled(problem.Weights, factor), Bias = Matrix.Scaled(problem.Bias, factor) };
        CheckDoubling<double>(small);
        CheckDoubling<float>(small);
    }

    private static void CheckSureRows<T>(LogitProblem problem)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        LogitOutcome<T> outcome = problem.Evaluate<T>();
        RowMagnitudes[] magnitudes = RowMagnitudes.Of(problem);
        int classes = problem.Labels.Classes;
        foreach (int row in problem.Labels.CountedRows())
        {
            double relative = Near.Roundoff<T>() * ((16 * magnitudes[row].LogitSize) + classes + 24);
            double[] residuals = Near.Doubles(Matrix.Row(outcome.Gradient, classes, row));
            int target = problem.Labels.Indices[row];
            double others = residuals.Where((_, label) => label != target).Sum();
            Near.Equal(others, -residuals[target], relative * others, $"-dL/dlogits[{row}, {target}]");

            double loss = double.CreateTruncating(outcome.Rows.Losses[row]);
            Near.AtMost(loss, others, relative * others, $"residual of row {row}");
            Near.AtMost(others / (1 - others), loss, relative * others / (1 - others), $"loss of row {row}");
        }
    }

    private static void CheckDoubling<T>(LayerProblem problem)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T two = T.One + T.One;
        LayerOutcome<T> once = problem.Evaluate<T>();
        LayerOutcome<T> twice = (problem with
        {
            Hidden = Matrix.Scaled(problem.Hidden, 2),
            Weights = Matrix.Scaled(problem.Weights, 0.5),
        }).Evaluate<T>();
        Exactly.SameBits(once.Result, twice.Result);
        Exactly.SameBits(Array.ConvertAll(once.Weights, slope => slope * two), twice.Weights, "dL/dW");
        Exactly.SameBits(Array.ConvertAll(once.Hidden, slope => slope / two), twice.Hidden, "dL/dH");
        Exactly.SameBits(once.Bias, twice.Bias, "dL/db");
    }
}
