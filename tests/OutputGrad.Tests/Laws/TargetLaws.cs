using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Problems;

namespace OutputGrad.Tests.Laws;

/// <summary>What the targets mean: class indices, distributions, smoothing and class weights.</summary>
public class TargetLaws
{
    /// <summary>The two differ in the mean's divisor alone, which knows class weights for class indices only.</summary>
    [Law(Arbitrary = [typeof(ClassIndexProblems)])]
    public void AOneHotTargetIsItsClassIndex(LayerProblem problem)
    {
        LayerProblem counted = problem.TakeRows(problem.Labels.CountedRows()).With(options => options with { Reduction = Reduction.Sum });
        Labels labels = counted.Labels;
        double[] oneHot = new double[labels.Rows * labels.Classes];
        for (int row = 0; row < labels.Rows; row++)
        {
            oneHot[(row * labels.Classes) + labels.Indices[row]] = 1;
        }

        LayerProblem soft = counted with { Labels = labels with { AreSoft = true, Indices = [], Probabilities = oneHot } };
        Agreement.Within(counted, counted.Evaluate(), soft.Evaluate());
    }

    [Law]
    public void SmoothingGoesStraightFromNoneToAll(LayerProblem problem)
    {
        double share = problem.Labels.Options.LabelSmoothing;
        LayerOutcome<double> none = problem.With(options => options with { LabelSmoothing = 0 }).Evaluate();
        LayerOutcome<double> all = problem.With(options => options with { LabelSmoothing = 1 }).Evaluate();
        double[] Mixed(double[] unsmoothed, double[] uniform) =>
            Matrix.Sum(Matrix.Scaled(unsmoothed, 1 - share), Matrix.Scaled(uniform, share));
        LayerOutcome<double> actual = problem.Evaluate();
        LayerOutcome<double> expected = actual with
        {
            Result = new CrossEntropyResult { Loss = ((1 - share) * none.Result.Loss) + (share * all.Result.Loss) },
            Hidden = Mixed(none.Hidden, all.Hidden),
            Weights = Mixed(none.Weights, all.Weights),
            Bias = Mixed(none.Bias, all.Bias),
        };

        // The bounds know the problem's own targets; those of none and all are larger where class weights are.
        Agreement.Within(AtMost(problem), expected, actual);
    }

    /// <summary>Z-loss is not class-weighted, so it is left out.</summary>
    [Law]
    public void EqualClassWeightsScaleASumAndLeaveAMean(LayerProblem problem, int seed)
    {
        double weight = Chosen.Factor(seed);
        LayerProblem plain = problem with
        {
            Labels = problem.Labels.With(options => options with { ZLoss = 0, ClassWeights = default }).MadeWellPosed(),
        };
        double[] weights = new double[problem.Labels.Classes];
        Array.Fill(weights, weight);
        LayerProblem weighted = plain.With(options => options with { ClassWeights = weights });
        bool isWeightedMean = !plain.Labels.AreSoft && plain.Labels.Options is { Reduction: Reduction.Mean, Normalizer: null };
        double factor = isWeightedMean ? 1 : weight;
        LayerOutcome<double> outcome = plain.Evaluate();
        LayerOutcome<double> expected = outcome with
        {
            Result = new CrossEntropyResult { Loss = factor * outcome.Result.Loss },
            Hidden = Matrix.Scaled(outcome.Hidden, factor),
            Weights = Matrix.Scaled(outcome.Weights, factor),
            Bias = Matrix.Scaled(outcome.Bias, factor),
        };
        Agreement.Within(weighted, expected, weighted.Evaluate());
    }

    /// <summary>
    /// Gibbs: nothing fits a distribution better than itself. The target written down is off by the error of log sum exp.
    /// </summary>
    [Law]
    public void TheGradientVanishesWhereTheTargetIsTheSoftmax(LogitProblem problem)
    {
        LogitProblem plain = problem.With(options => options with
        {
            ClassWeights = default,
            LabelSmoothing = 0,
            ZLoss = 0,
            LogitScale = 1,
            LogitSoftcap = 0,
            Reduction = Reduction.Sum,
        });
        int classes = plain.Labels.Classes;
        LogitProblem uncounted = plain.TakeRows(plain.Labels.CountedRows());
        double[] logSumExp = uncounted.EvaluateLoss<double>().Rows.LogSumExp;
        double[] softmax = [.. uncounted.Logits.Select((logit, index) => Math.Exp(logit - logSumExp[index / classes]))];
        LogitProblem fitted = uncounted with { Labels = uncounted.Labels with { AreSoft = true, Indices = [], Probabilities = softmax } };
        double[] gradient = fitted.Evaluate().Gradient;
        RoundingBounds<double> bounds = new(fitted);
        Near.Equal(
            new double[gradient.Length],
            gradient,
            index => bounds.LogitGradientError(index / classes)
                + (bounds.LogitGradient(index / classes) * bounds.LogSumExpErrors[index / classes]),
            "dL/dlogits");
    }

    /// <summary>A problem whose bounds hold for every smoothing: each class has all of the weight of the heaviest.</summary>
    private static LayerProblem AtMost(LayerProblem problem)
    {
        if (problem.Labels.Options.ClassWeights.IsEmpty)
        {
            return problem;
        }

        double heaviest = Matrix.LargestMagnitude(problem.Labels.Options.ClassWeights.ToArray());
        double[] weights = new double[problem.Labels.Classes];
        Array.Fill(weights, heaviest);
        return problem.With(options => options with { ClassWeights = weights, Normalizer = Math.Abs(problem.Labels.Divisor) });
    }
}
