using OutputGrad.Benchmarks.Reporting;

namespace OutputGrad.Benchmarks.Drawing;

/// <summary>What a page of results says first: a line for each subject that was measured.</summary>
internal sealed class ResultsSummary(ResultsFile results)
{
    private const string Layer = "512x768x50257";
    private const string Fit = "10003x384x77";

    public IEnumerable<string> Lines
    {
        get
        {
            yield return $"| one thread, `float`, {Layer} (rows x features x classes) | measured |";
            yield return "|---|---|";
            foreach (string? row in (string?[])[Speed(), Torch(), Blas(), Step(), Softmax(), Memory(), Fits()])
            {
                if (row is not null)
                {
                    yield return row;
                }
            }
        }
    }

    private string? Speed() => Row(
        "loss, dL/dH and dL/dW",
        of => $"{of[0].Ours}, {of[0].Text} of the FMA peak; {of[1].Text} times as fast on two threads",
        results.Figures.FirstOrDefault(figure => figure is { Shape: Layer, Threads: 1 } && IsPeakShare(figure.What)),
        results.Find(Layer, 2, "one thread's time / two threads'"));

    private string? Torch() => Row(
        "libtorch's time / ours",
        of => $"{of[0].Text}; {of[1].Text} where both have two threads",
        results.Find(Layer, 1, "time of libtorch / ours"),
        results.Find(Layer, 2, "time of libtorch / ours"));

    private string? Blas() => Row(
        "OpenBLAS's time for the three products alone, no softmax / ours",
        of => of[0].Text!,
        results.Find(Layer, 1, "time of OpenBLAS's products / ours"));

    private string? Step() => Row(
        "a step of gradient descent: libtorch's time / ours",
        of => $"{of[0].Text}; {of[1].Text} with filters at 2^-12",
        results.Find(Layer, 1, "time of libtorch / Step"),
        results.Find(Layer, 1, "time of libtorch / filtered Step"));

    private string? Softmax() => Row(
        "softmax and its gradient from 512 x 50257 logits: time of TensorPrimitives / ours",
        of => of[0].Text!,
        results.Find("512x50257", 1, "time of TensorPrimitives / ours"));

    private string? Memory() => results.Figures.FirstOrDefault(figure => figure.What == "LossAndGradient: growth of the resident set")
        is { } memory
            ? $"| memory beyond the arguments at {memory.Shape}, instead of {memory.Other} | {memory.Text} |"
            : null;

    private string? Fits() => Row(
        $"a fit to convergence, {Fit}, C = 10, two threads: time of scikit-learn, libtorch and ML.NET / ours",
        of => string.Join("; ", of.Select(figure => figure.Text!.Split(' ')[0])),
        [.. ((string[])["scikit-learn", "libtorch", "ML.NET"]).Select(peer => results.Find(Fit, 2, $"C = 10, time of {peer} / ours"))]);

    /// <summary>A line of the table, or null where a figure is missing.</summary>
    private static string? Row(string what, Func<MeasuredFigure[], string> text, params MeasuredFigure?[] figures) =>
        figures.Contains(null) ? null : $"| {what} | {text([.. figures.OfType<MeasuredFigure>()])} |";

    // The peak's width is part of the name.
    private static bool IsPeakShare(string what) =>
        what.StartsWith("share of the", StringComparison.Ordinal) && what.EndsWith("FMA peak", StringComparison.Ordinal);
}
