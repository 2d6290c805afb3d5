using System.Numerics;
using OutputGrad.Engine.Arguments;

namespace OutputGrad.Engine.Calls;

/// <summary>The checks of where a softmax goes.</summary>
internal static class SoftmaxChecks
{
    public static void Lengths<T>(in SoftmaxSpans<T> spans, int rows, int classes)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (!spans.IsTop)
        {
            Checks.Length(spans.All.Length, rows, classes, spans.Name, "rows", "classes");
            return;
        }

        int count = spans.TopCount(rows);
        if (spans.TopClasses.Length != (long)rows * count || count > classes)
        {
            throw Checks.Mismatch(
                "classes",
                $"classes has {spans.TopClasses.Length} elements; {rows} rows need as many classes each, and at most all {classes} of the "
                + "layer.");
        }

        Checks.Length(spans.TopLogarithms.Length, spans.TopClasses.Length, "logProbabilities", "as many as classes");
    }
}
