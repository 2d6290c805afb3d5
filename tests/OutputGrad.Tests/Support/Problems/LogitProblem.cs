using System.Numerics;
using OutputGrad.Tests.Support.Batches;

namespace OutputGrad.Tests.Support.Problems;

/// <summary>One call of <see cref="SoftmaxCrossEntropy"/>.</summary>
public sealed record LogitProblem(Labels Labels, double[] Logits)
{
    public LogitProblem With(Func<CrossEntropyOptions, CrossEntropyOptions> change) => this with { Labels = Labels.With(change) };

    public LogitProblem TakeRows(params int[] rows) => new(Labels.TakeRows(rows), Matrix.TakeRows(Logits, Labels.Classes, rows));

    public LogitProblem TakeClasses(params int[] classes) =>
        new(Labels.TakeClasses(classes), Matrix.TakeColumns(Logits, Labels.Classes, classes));

    /// <summary>What the softmax sees: the logit after scale and softcap.</summary>
    public double SeenLogit(int row, int label)
    {
        CrossEntropyOptions options = Labels.Options;
        double logit = options.LogitScale * Logits[(row * Labels.Classes) + label];
        return options.LogitSoftcap == 0 ? logit : options.LogitSoftcap * Math.Tanh(logit / options.LogitSoftcap);
    }

    public double Loss() => Result().Loss;

    /// <summary>What a call says that asks for nothing else.</summary>
    public CrossEntropyResult Result() => Labels.AreSoft
        ? SoftmaxCrossEntropy.Loss<double>(Logits, Labels.Probabilities, Labels.Rows, Labels.Options, Labels.RowWeights)
        : SoftmaxCrossEntropy.Loss<double>(Logits, Labels.Indices, Labels.Options, Labels.RowWeights);

    public LogitOutcome<double> Evaluate() => Evaluate<double>();

    /// <summary>Loss, gradient and row results; whatever the call does not write stays NaN.</summary>
    public LogitOutcome<T> Evaluate<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] gradient = new T[Logits.Length];
        Array.Fill(gradient, T.NaN);
        return Evaluate(Near.Rounded<T>(Logits), gradient);
    }

    /// <summary>The same with the gradient written over the logits.</summary>
    public LogitOutcome<T> EvaluateInPlace<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] logits = Near.Rounded<T>(Logits);
        return Evaluate(logits, logits);
    }

    /// <summary>Loss and row results without a gradient.</summary>
    public LogitOutcome<T> EvaluateLoss<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RowOutcome<T> rows = new(Labels.Rows, hasRanks: !Labels.AreSoft);
        ReadOnlySpan<T> logits = Near.Rounded<T>(Logits);
        ReadOnlySpan<T> rowWeights = Near.Rounded<T>(Labels.RowWeights);
        CrossEntropyResult result = Labels.AreSoft
            ? SoftmaxCrossEntropy.Loss(
                logits, Near.Rounded<T>(Labels.Probabilities), Labels.Rows, Labels.Options, rowWeights, rows.Destination)
            : SoftmaxCrossEntropy.Loss(logits, Labels.Indices, Labels.Options, rowWeights, rows.Destination);
        return new LogitOutcome<T>(result, [], rows);
    }

    public override string ToString() => $"{Labels}{Matrix.Print("\n  logits", Logits)}";

    private LogitOutcome<T> Evaluate<T>(T[] logits, T[] gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        RowOutcome<T> rows = new(Labels.Rows, hasRanks: !Labels.AreSoft);
        ReadOnlySpan<T> rowWeights = Near.Rounded<T>(Labels.RowWeights);
        CrossEntropyResult result = Labels.AreSoft
            ? SoftmaxCrossEntropy.LossAndGradient(
                logits, Near.Rounded<T>(Labels.Probabilities), Labels.Rows, gradient, Labels.Options, rowWeights, rows.Destination)
            : SoftmaxCrossEntropy.LossAndGradient(logits, Labels.Indices, gradient, Labels.Options, rowWeights, rows.Destination);
        return new LogitOutcome<T>(result, gradient, rows);
    }
}
