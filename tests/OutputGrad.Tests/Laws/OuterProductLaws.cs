using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Problems;

namespace OutputGrad.Tests.Laws;

/// <summary>
/// Each sum of N products and what was there has N products and N additions that round, by u each, and the scale: it is off by at most
/// u (N + 2) times the sum of the magnitudes.
/// </summary>
public class OuterProductLaws
{
    [Law]
    public void ABatchIsTheSumOfItsProducts(ProductProblem problem)
    {
        CheckBatch<double>(problem);
        CheckBatch<float>(problem);
    }

    [Law]
    public void AddingRowByRowIsAddingTheBatch(ProductProblem problem)
    {
        CheckRowByRow<double>(problem);
        CheckRowByRow<float>(problem);
    }

    [Law]
    public void DoublingOneSideDoublesTheProductExactly(ProductProblem problem)
    {
        CheckDoubling<double>(problem);
        CheckDoubling<float>(problem);
    }

    private static void CheckBatch<T>(ProductProblem problem)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double[] expected = Naive(problem, value => value);
        double[] magnitudes = Naive(problem, Math.Abs);
        double roundoff = Near.Roundoff<T>() + Near.Roundoff<double>();
        double[] actual = Near.Doubles(problem.EvaluateBatch<T>());
        Near.Equal(expected, actual, index => roundoff * (problem.Rows + 2) * magnitudes[index], "destination");
    }

    private static void CheckRowByRow<T>(ProductProblem problem)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double[] expected = Near.Doubles(problem.EvaluateBatch<T>());
        double[] magnitudes = Naive(problem, Math.Abs);
        double roundoff = 2 * Near.Roundoff<T>();
        double[] actual = Near.Doubles(problem.EvaluateRowByRow<T>());
        Near.Equal(expected, actual, index => roundoff * (problem.Rows + 2) * magnitudes[index], "destination");
    }

    private static void CheckDoubling<T>(ProductProblem problem)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ProductProblem empty = problem with { Destination = new double[problem.Destination.Length] };
        T[] once = empty.EvaluateBatch<T>();
        T[] twice = (empty with { Y = Matrix.Scaled(empty.Y, 2) }).EvaluateBatch<T>();
        Exactly.SameBits(Array.ConvertAll(once, value => value + value), twice, "destination");
    }

    private static double[] Naive(ProductProblem problem, Func<double, double> of)
    {
        double[] destination = Array.ConvertAll(problem.Destination, value => of(value));
        for (int row = 0; row < problem.Rows; row++)
        {
            for (int index = 0; index < destination.Length; index++)
            {
                (int i, int j) = Math.DivRem(index, problem.Width);
                destination[index] += of(problem.Scale * problem.X[(row * problem.Height) + i] * problem.Y[(row * problem.Width) + j]);
            }
        }

        return destination;
    }
}
