using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;

namespace OutputGrad.Tests.Features.Filters;

/// <summary>
/// Layers whose logits are like a trained language model's: the bias makes some classes popular as word frequencies do (G. Zipf's law),
/// each row's target, more often a popular class, is likely, and the rest is noise of size 1. All numbers lie on a grid, so that logits are
/// exact in float.
/// </summary>
internal static class TrainedLayers
{
    /// <summary>
    /// A row's logit of its target, noise and what it has in common with other rows aside; the others' exponentials add up to some 8.
    /// </summary>
    private const double TargetLogit = 4;

    public static LayerBatch<T> Make<T>(int rows, int classes, int features, int seed = 1)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Random random = new(seed);
        double[] hidden = Filled(rows * features, () => random.Next(2) == 0 ? -1 : 1);
        double noise = 64 * Math.Sqrt(3.0 / features);
        double[] weights = Filled(classes * features, () => Math.Round(noise * ((2 * random.NextDouble()) - 1)) / 64);
        int[] ranks = [.. Enumerable.Range(1, classes)];
        random.Shuffle(ranks);
        double[] bias = Array.ConvertAll(ranks, rank => Math.Round(-64 * 1.2 * Math.Log(rank)) / 64);
        int[] targets = new int[rows];
        for (int n = 0; n < rows; n++)
        {
            targets[n] = Array.IndexOf(ranks, (int)Math.Pow(classes, random.NextDouble()));
            double share = Math.Round(256 * (TargetLogit - bias[targets[n]]) / features) / 256;
            for (int d = 0; d < features; d++)
            {
                weights[(targets[n] * features) + d] += share * hidden[(n * features) + d];
            }
        }

        return new()
        {
            Features = features,
            Hidden = Near.Rounded<T>(hidden),
            Weights = Near.Rounded<T>(weights),
            Bias = Near.Rounded<T>(bias),
            Targets = targets,
        };
    }

    private static double[] Filled(int length, Func<double> next) => [.. Enumerable.Range(0, length).Select(_ => next())];
}
