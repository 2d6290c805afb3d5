using System.Numerics;

namespace OutputGrad.Tests.Support.Oracle;

/// <summary>The linear layer's three products as plain loops in double: logits, dL/dW with dL/db, and dL/dH.</summary>
public static class LinearOracle
{
    /// <summary>z[n, v] = b[v] + sum over d of W[v, d] h[n, d].</summary>
    public static double[] Logits(double[] hidden, double[] weights, double[]? bias, int rows, int classes, int features)
    {
        double[] logits = new double[rows * classes];
        for (int n = 0; n < rows; n++)
        {
            for (int v = 0; v < classes; v++)
            {
                double z = bias?[v] ?? 0;
                for (int d = 0; d < features; d++)
                {
                    z += weights[(v * features) + d] * hidden[(n * features) + d];
                }

                logits[(n * classes) + v] = z;
            }
        }

        return logits;
    }

    /// <summary>
    /// dW[v, d] = sum over n of g[n, v] h[n, d], in the order of the rows, on top of what <paramref name="before"/> holds.
    /// </summary>
    public static double[] WeightGradient(double[] gradient, double[] hidden, int rows, int classes, int features, double[]? before = null)
    {
        double[] sums = before is null ? new double[classes * features] : [.. before];
        for (int n = 0; n < rows; n++)
        {
            for (int v = 0; v < classes; v++)
            {
                for (int d = 0; d < features; d++)
                {
                    sums[(v * features) + d] += gradient[(n * classes) + v] * hidden[(n * features) + d];
                }
            }
        }

        return sums;
    }

    /// <summary>db[v] = sum over n of g[n, v]: the weight gradient of one feature that is always 1.</summary>
    public static double[] BiasGradient(double[] gradient, int rows, int classes, double[]? before = null) =>
        WeightGradient(gradient, [.. Enumerable.Repeat(1.0, rows)], rows, classes, 1, before);

    /// <summary>
    /// The norm of a row's gradient of all parameters over that of its logit gradient: sqrt(|h|^2 + 1) where there is a bias, else |h|.
    /// </summary>
    public static double ParameterNorm(ReadOnlySpan<double> hidden, bool hasBias) => EuclideanNorm.Of([.. hidden, hasBias ? 1 : 0]);

    /// <summary>dH[n, d] = sum over v of g[n, v] W[v, d].</summary>
    public static double[] HiddenGradient(double[] gradient, double[] weights, int rows, int classes, int features)
    {
        double[] sums = new double[rows * features];
        for (int n = 0; n < rows; n++)
        {
            for (int v = 0; v < classes; v++)
            {
                for (int d = 0; d < features; d++)
                {
                    sums[(n * features) + d] += gradient[(n * classes) + v] * weights[(v * features) + d];
                }
            }
        }

        return sums;
    }

    /// <summary>Weights that make hidden vectors logits.</summary>
    public static T[] Identity<T>(int size)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] identity = new T[size * size];
        for (int i = 0; i < size; i++)
        {
            identity[i * (size + 1)] = T.One;
        }

        return identity;
    }
}
