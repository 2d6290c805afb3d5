using System.Numerics;
using OutputGrad.Tests.Support;

namespace OutputGrad.Tests.Features.Training;

/// <summary>Rows around one center per class, far enough from it that some are nearer to another's.</summary>
internal sealed class ClusteredRows<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public ClusteredRows(int rows, int features, int classes, double distance = 1.5, int seed = 1)
    {
        Random random = new(seed);
        (Rows, Features, Classes) = (rows, features, classes);
        double[] centers = [.. Enumerable.Range(0, classes * features).Select(_ => Number(random))];
        Targets = [.. Enumerable.Range(0, rows).Select(row => row < classes ? row : random.Next(classes))];
        Hidden = Near.Rounded<T>(
        [
            .. Enumerable.Range(0, rows * features).Select(i =>
                centers[(Targets[i / features] * features) + (i % features)] + (distance * Number(random))),
        ]);
        Weights = new T[classes * features];
        Bias = new T[classes];
    }

    public int Rows { get; }

    public int Features { get; }

    public int Classes { get; }

    public T[] Hidden { get; }

    public int[] Targets { get; }

    /// <summary>Zeros, until something is fitted.</summary>
    public T[] Weights { get; }

    public T[] Bias { get; }

    public LabeledBatch<T> Batch => new(Hidden, Targets);

    public OutputLayer<T> Layer => new(Weights, Bias);

    /// <summary>Some of the rows.</summary>
    public LabeledBatch<T> Part(int first, int count) =>
        new(Hidden.AsSpan(first * Features, count * Features), Targets.AsSpan(first, count));

    /// <summary>From -1 to 1, on a grid that every type has.</summary>
    private static double Number(Random random) => random.Next(-64, 65) / 64.0;
}
