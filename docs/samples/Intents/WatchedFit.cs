using OutputGrad.Training;
using Samples;

namespace Intents;

/// <summary>A fit that shows how far it is, and that Ctrl-C ends early.</summary>
internal static class WatchedFit
{
    // Scikit-learn's answers, to the last of 3,080 questions: at the default of 1e-4 one of them differs where C is 10.
    private const double Tolerance = 1e-5;

    public static FitReport Run(SoftmaxClassifier<string> classifier, EmbeddedQuestions questions, double c)
    {
        FitOptions options = new() { L2 = 1 / (c * questions.Count), GradientTolerance = Tolerance };
        using CancelKey key = new();
        return WorkProgress.Show(work => classifier.Fit(
            questions.Vectors, questions.Intents, options, new Descent(work), key.Token));
    }

    /// <summary>How far down the slopes have come, from the first to the tolerance. They fall by factors, so logarithms tell.</summary>
    private sealed class Descent(IProgress<WorkDone> work) : IProgress<FitProgress>
    {
        private double _steepest;
        private double _share;

        public void Report(FitProgress value)
        {
            _steepest = Math.Max(_steepest, value.LargestSlope);
            double share = Math.Log(_steepest / value.LargestSlope) / Math.Log(_steepest / Tolerance);
            _share = Math.Clamp(share, _share, 1);
            string step = $"iteration {value.Iteration,3}  objective {value.Objective:0.0000}";
            work.Report(new(_share, $"{step}  steepest slope {value.LargestSlope:0.0e+00}"));
        }
    }
}
