using System.Numerics;

namespace OutputGrad.Mpi.Ranks;

/// <summary>A loss and its gradients of some rows and classes.</summary>
internal sealed class Gradients<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const double Before = .5;

    public Gradients(Problem<T> problem, int rows, int classes)
    {
        Hidden = new T[rows * problem.Features];
        Weights = new T[classes * problem.Features];
        Bias = new T[classes];
        Weights.AsSpan().Fill(T.CreateChecked(Before));
        Bias.AsSpan().Fill(T.CreateChecked(Before));
    }

    public T[] Hidden { get; }

    public T[] Weights { get; }

    public T[] Bias { get; }

    public CrossEntropyResult Result { get; private set; }

    public OutputGradients<T> Spans => new() { Hidden = Hidden, Weights = Weights, Bias = Bias };

    /// <summary>Of the undivided layer and batch, in this process.</summary>
    public static Gradients<T> OfAll(Problem<T> problem)
    {
        Gradients<T> all = new(problem, problem.Rows, problem.Classes);
        all.Result = LinearCrossEntropy.LossAndGradient(
            new(problem.Weights, problem.Bias), problem.Batch(..), all.Spans, problem.Options);
        return all;
    }

    /// <summary>Of a shard, among the ranks that have the others.</summary>
    public static Gradients<T> OfShard(MpiCommunicator ranks, Problem<T> problem, Range classes)
    {
        (int first, int count) = classes.GetOffsetAndLength(problem.Classes);
        Gradients<T> shard = new(problem, problem.Rows, count);
        shard.Result = ShardedCrossEntropy.LossAndGradient(
            ranks,
            new OutputLayer<T>(problem.WeightsOf(classes), problem.BiasOf(classes)),
            problem.Batch(..),
            first,
            problem.Classes,
            shard.Spans,
            problem.Options);
        return shard;
    }

    /// <summary>Of a shard and some rows, in a grid.</summary>
    public static Gradients<T> OfPart(MpiGrid grid, Problem<T> problem, Range rows, Range classes)
    {
        (int first, int count) = classes.GetOffsetAndLength(problem.Classes);
        Gradients<T> part = new(problem, rows.GetOffsetAndLength(problem.Rows).Length, count);
        part.Result = ShardedCrossEntropy.LossAndGradient(
            grid,
            new OutputLayer<T>(problem.WeightsOf(classes), problem.BiasOf(classes)),
            problem.Batch(rows),
            first,
            problem.Classes,
            part.Spans,
            problem.Options);
        return part;
    }

    /// <summary>The part of dL/dW and dL/db of some classes.</summary>
    public (T[] Weights, T[] Bias) Of(Range classes, int features)
    {
        (int first, int count) = classes.GetOffsetAndLength(Bias.Length);
        return (Weights[(first * features)..((first + count) * features)], Bias[classes]);
    }
}
