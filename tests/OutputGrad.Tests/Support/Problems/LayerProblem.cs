using System.Globalization;
using System.Numerics;
using OutputGrad.Tests.Support.Batches;

namespace OutputGrad.Tests.Support.Problems;

/// <summary>One call of <see cref="LinearCrossEntropy"/>.</summary>
public sealed record LayerProblem(Labels Labels, int Features, double[] Hidden, double[] Weights, double[] Bias)
{
    /// <summary>Which rows the call is made of, or none for all in order.</summary>
    public int[] RowIndices { get; init; } = [];

    public LayerProblem With(Func<CrossEntropyOptions, CrossEntropyOptions> change) => this with { Labels = Labels.With(change) };

    public LayerProblem TakeRows(params int[] rows) =>
        this with { Labels = Labels.TakeRows(rows), Hidden = Matrix.TakeRows(Hidden, Features, rows) };

    /// <summary>The rows named, where they lie.</summary>
    public LayerProblem PickRows(params int[] rows) => this with { RowIndices = rows };

    public LayerProblem TakeClasses(params int[] classes) => this with
    {
        Labels = Labels.TakeClasses(classes),
        Weights = Matrix.TakeRows(Weights, Features, classes),
        Bias = Bias.Length == 0 ? [] : Matrix.TakeRows(Bias, 1, classes),
    };

    public LayerProblem TakeFeatures(params int[] features) => this with
    {
        Features = features.Length,
        Hidden = Matrix.TakeColumns(Hidden, Features, features),
        Weights = Matrix.TakeColumns(Weights, Features, features),
    };

    /// <summary>The same batch as seen after the matrix: z = W h + b, in double.</summary>
    public LogitProblem ToLogits()
    {
        double[] logits = new double[Labels.Rows * Labels.Classes];
        for (int row = 0; row < Labels.Rows; row++)
        {
            for (int label = 0; label < Labels.Classes; label++)
            {
                double logit = Bias.Length == 0 ? 0 : Bias[label];
                for (int feature = 0; feature < Features; feature++)
                {
                    logit += Weights[(label * Features) + feature] * Hidden[(row * Features) + feature];
                }

                logits[(row * Labels.Classes) + label] = logit;
            }
        }

        return new LogitProblem(Labels, logits);
    }

    public double Loss() => Result().Loss;

    /// <summary>What a call says that asks for nothing else.</summary>
    public CrossEntropyResult Result()
    {
        OutputLayer<double> layer = new(Weights, Bias);
        return Labels.AreSoft
            ? LinearCrossEntropy.Loss(
                layer,
                new LabeledBatch<double>(Hidden, Labels.Probabilities, Labels.Rows) { RowWeights = Labels.RowWeights },
                Labels.Options)
            : LinearCrossEntropy.Loss(
                layer,
                new LabeledBatch<double>(Hidden, Labels.Indices) { RowWeights = Labels.RowWeights },
                Labels.Options);
    }

    public LayerOutcome<double> Evaluate() => Evaluate<double>();

    /// <summary>
    /// Loss, gradients and row results. Accumulating starts from zeros; otherwise whatever the call does not write stays NaN.
    /// </summary>
    public LayerOutcome<T> Evaluate<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Evaluate(Outcome<T>());

    /// <summary>The same into a given outcome, whose empty gradients are not asked for.</summary>
    public LayerOutcome<T> Evaluate<T>(LayerOutcome<T> outcome)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        OutputLayer<T> layer = new(Near.Rounded<T>(Weights), Near.Rounded<T>(Bias));
        CrossEntropyResult result = LinearCrossEntropy.LossAndGradient(
            layer, Batch<T>(), outcome.Gradients(), Labels.Options, outcome.Rows.Destination);
        return outcome with { Result = result };
    }

    /// <summary>
    /// What a step makes of the parameters and of dL/dH, and its row results: in the outcome, the parameters that it leaves are weights and
    /// bias.
    /// </summary>
    public LayerOutcome<T> Step<T, TUpdate>(TUpdate update)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TUpdate : IWeightUpdate<T>
    {
        LayerOutcome<T> outcome = Outcome<T>() with { Weights = Near.Rounded<T>(Weights), Bias = Near.Rounded<T>(Bias) };
        CrossEntropyResult result = LinearCrossEntropy.Step(
            outcome.Weights, outcome.Bias, Batch<T>(), update, outcome.Hidden, Labels.Options, outcome.Rows.Destination);
        return outcome with { Result = result };
    }

    /// <summary>Loss and row results without gradients.</summary>
    public LayerOutcome<T> EvaluateLoss<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        LayerOutcome<T> outcome = Outcome<T>() with { Hidden = [], Weights = [], Bias = [] };
        OutputLayer<T> layer = new(Near.Rounded<T>(Weights), Near.Rounded<T>(Bias));
        return outcome with { Result = LinearCrossEntropy.Loss(layer, Batch<T>(), Labels.Options, outcome.Rows.Destination) };
    }

    /// <summary>Room for everything. Accumulating starts from zeros; otherwise whatever a call does not write stays NaN.</summary>
    public LayerOutcome<T> Outcome<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int rows = RowIndices.Length == 0 ? Labels.Rows : RowIndices.Length;
        LayerOutcome<T> outcome = new(
            default, new T[rows * Features], new T[Weights.Length], new T[Labels.Classes], new(rows, hasRanks: !Labels.AreSoft));
        T untouched = Labels.Options.AccumulateGradients ? T.Zero : T.NaN;
        Array.Fill(outcome.Hidden, T.NaN);
        Array.Fill(outcome.Weights, untouched);
        Array.Fill(outcome.Bias, untouched);
        return outcome;
    }

    /// <summary>The same call for the tests that compare with the oracle.</summary>
    internal LayerBatch<T> ToBatch<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new()
        {
            Features = Features,
            Hidden = Near.Rounded<T>(Hidden),
            Weights = Near.Rounded<T>(Weights),
            Bias = Bias.Length == 0 ? null : Near.Rounded<T>(Bias),
            Targets = Labels.AreSoft ? null : Labels.Indices,
            SoftTargets = Labels.AreSoft ? Near.Rounded<T>(Labels.Probabilities) : null,
            RowWeights = Labels.RowWeights.Length == 0 ? null : Near.Rounded<T>(Labels.RowWeights),
            RowIndices = RowIndices,
            Options = Labels.Options,
        };

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"features {Features}, {Labels}") + Matrix.Print("\n  hidden", Hidden) +
        Matrix.Print("\n  weights", Weights) + (Bias.Length == 0 ? "" : Matrix.Print("\n  bias", Bias));

    private LabeledBatch<T> Batch<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Labels.AreSoft
        ? new(Near.Rounded<T>(Hidden), Near.Rounded<T>(Labels.Probabilities), Labels.Rows)
        {
            RowWeights = Near.Rounded<T>(Labels.RowWeights),
            RowIndices = RowIndices,
        }
        : new(Near.Rounded<T>(Hidden), Labels.Indices) { RowWeights = Near.Rounded<T>(Labels.RowWeights), RowIndices = RowIndices };
}
