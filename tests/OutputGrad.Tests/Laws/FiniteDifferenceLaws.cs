using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Problems;

namespace OutputGrad.Tests.Laws;

/// <summary>
/// The experiment the gradients are held against, held against a slope known by heart: the central difference of the quadratic
/// sum of (c_i w_i^2 + w_i) is its derivative 2 c_i w_i + 1, whatever the step.
/// </summary>
public class FiniteDifferenceLaws
{
    [Law]
    public void TheCentralDifferenceOfAQuadraticIsItsDerivative(ProductProblem problem, int seed)
    {
        double[] drawn = [.. problem.Destination.Take(32)];
        double[] parameters = [.. drawn];
        double[] curvatures = Chosen.Numbers(parameters.Length, seed);
        double step = Math.Pow(2, -Chosen.Count(12, seed));
        double[] gradient = new double[parameters.Length];
        FiniteDifference.Gradient(parameters, () => Quadratic(parameters, curvatures), gradient, step);
        Exactly.SameBits(drawn, parameters, "parameters afterwards");

        // Two losses, each a sum of parts of at most 3 (3 + 1)^2 + 4 in size, so off by u (n + 3) n 52, over twice the step.
        double error = Near.Roundoff<double>() * (parameters.Length + 3) * parameters.Length * 52 / step;
        for (int index = 0; index < parameters.Length; index++)
        {
            Near.Equal((2 * curvatures[index] * parameters[index]) + 1, gradient[index], error, $"slope of parameter {index}");
            Exactly.SameBits(
                FiniteDifference.Slope(parameters, index, () => Quadratic(parameters, curvatures), step),
                gradient[index],
                $"slope of parameter {index} alone");
        }
    }

    private static double Quadratic(double[] parameters, double[] curvatures) =>
        parameters.Zip(curvatures, (parameter, curvature) => (curvature * parameter * parameter) + parameter).Sum();
}
