using System.Numerics.Tensors;

namespace OutputGrad.Peers.Fit;

/// <summary>Weights and bias that somebody fitted, judged by this library in double precision, whoever it was.</summary>
internal sealed class FittedLayer
{
    public FittedLayer(FitTask task, double[] weights, double[] bias)
    {
        double[] vectors = Widened(task.Data.Training.Hidden);
        double[] weightGradient = new double[weights.Length];
        double[] biasGradient = new double[bias.Length];
        OutputGradients<double> gradients = new() { Weights = weightGradient, Bias = biasGradient };
        OutputLayer<double> layer = new(weights, bias);
        double loss = LinearCrossEntropy.LossAndGradient(layer, new(vectors, task.Data.Training.Targets), gradients).Loss;
        TensorPrimitives.MultiplyAdd<double>(weights, task.L2, weightGradient, weightGradient);
        Objective = loss + (task.L2 / 2 * TensorPrimitives.SumOfSquares<double>(weights));
        LargestSlope = Math.Max(
            Math.Abs(TensorPrimitives.MaxMagnitude<double>(weightGradient)), Math.Abs(TensorPrimitives.MaxMagnitude<double>(biasGradient)));
        CrossEntropyResult heldOut = LinearCrossEntropy.Loss(layer, new(Widened(task.Data.HeldOut.Hidden), task.Data.HeldOut.Targets));
        Accuracy = (double)heldOut.Correct / heldOut.Rows;
    }

    public double Objective { get; }

    /// <summary>The largest magnitude in the objective's gradient.</summary>
    public double LargestSlope { get; }

    /// <summary>Of the rows that were held out.</summary>
    public double Accuracy { get; }

    public static double[] Widened(ReadOnlySpan<float> numbers)
    {
        double[] wide = new double[numbers.Length];
        TensorPrimitives.ConvertTruncating(numbers, wide);
        return wide;
    }
}
