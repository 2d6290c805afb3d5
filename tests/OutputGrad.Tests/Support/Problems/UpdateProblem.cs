using System.Globalization;
using OutputGrad.Tests.Support.Optimizers;

namespace OutputGrad.Tests.Support.Problems;

/// <summary>Some steps of an optimizer: parameters and their gradient at each step.</summary>
public sealed record UpdateProblem(Optimizer Optimizer, double[] Weights, double[][] Gradients)
{
    public UpdateProblem Take(int[] parameters) => this with
    {
        Weights = Matrix.TakeRows(Weights, 1, parameters),
        Gradients = Array.ConvertAll(Gradients, gradient => Matrix.TakeRows(gradient, 1, parameters)),
    };

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Optimizer}") + Matrix.Print("\n  weights", Weights) +
        string.Concat(Gradients.Select((gradient, step) => Matrix.Print($"\n  gradient of step {step + 1}", gradient)));
}
