using System.Numerics;
using OutputGrad.Tests.Support;

namespace OutputGrad.Tests.Features.Training;

/// <summary>The objective of a probe, straight from its definition, in double.</summary>
internal static class ProbeOracle
{
    /// <summary>The mean over rows of log sum exp z - z_y, plus L2 / 2 |W|^2.</summary>
    public static double Objective<T>(ClusteredRows<T> rows, double l2)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Objective(rows, l2, Near.Doubles<T>(rows.Weights), Near.Doubles<T>(rows.Bias));

    /// <summary>The same elsewhere.</summary>
    public static double Objective<T>(ClusteredRows<T> rows, double l2, double[] weights, double[] bias)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double[] hidden = Near.Doubles<T>(rows.Hidden);
        double loss = 0;
        for (int row = 0; row < rows.Rows; row++)
        {
            double[] logits =
            [
                .. Enumerable.Range(0, rows.Classes).Select(c => bias[c] + Enumerable.Range(0, rows.Features).Sum(d =>
                    weights[(c * rows.Features) + d] * hidden[(row * rows.Features) + d])),
            ];
            double most = logits.Max();
            loss += most + Math.Log(logits.Sum(logit => Math.Exp(logit - most))) - logits[rows.Targets[row]];
        }

        return (loss / rows.Rows) + (l2 / 2 * weights.Sum(weight => weight * weight));
    }
}
