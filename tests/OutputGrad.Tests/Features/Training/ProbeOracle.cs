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
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Objective(Near.Doubles<T>(rows.Hidden), rows.Targets, l2, weights, bias);

    /// <summary>The same of any rows.</summary>
    public static double Objective(double[] hidden, int[] targets, double l2, double[] weights, double[] bias)
    {
        double loss = 0;
        for (int row = 0; row < targets.Length; row++)
        {
            double[] logits = Logits(hidden, row, weights, bias);
            double most = logits.Max();
            loss += most + Math.Log(logits.Sum(logit => Math.Exp(logit - most))) - logits[targets[row]];
        }

        return (loss / targets.Length) + (l2 / 2 * weights.Sum(weight => weight * weight));
    }

    /// <summary>How many rows have their largest logit at their target.</summary>
    public static int Right(double[] hidden, int[] targets, double[] weights, double[] bias) =>
        targets.Where((target, row) =>
        {
            double[] logits = Logits(hidden, row, weights, bias);
            return Array.IndexOf(logits, logits.Max()) == target;
        }).Count();

    private static double[] Logits(double[] hidden, int row, double[] weights, double[] bias)
    {
        int features = weights.Length / bias.Length;
        return [.. bias.Select((number, c) => number + Enumerable.Range(0, features).Sum(d =>
            weights[(c * features) + d] * hidden[(row * features) + d]))];
    }
}
