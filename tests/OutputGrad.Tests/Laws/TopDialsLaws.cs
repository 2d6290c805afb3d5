using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Problems;
using Xunit;

namespace OutputGrad.Tests.Laws;

/// <summary>
/// The dials that matter most are those that sorting all of them would put first, equal ones by class and then by feature. Products of
/// multiples of 1/64 below 4 are exact, so that rounding makes no two of them equal.
/// </summary>
public class TopDialsLaws
{
    [Law]
    public void TopDialsAreTheFirstOfAllDialsSorted(ProductProblem problem, int seed)
    {
        if (problem.Rows > 0)
        {
            ProductProblem single = problem.TakeRows([0]);
            Check<double>(single, Chosen.Count(single.Destination.Length + 3, seed));
            Check<float>(single, Chosen.Count(single.Destination.Length + 3, seed));
        }
    }

    private static void Check<T>(ProductProblem problem, int asked)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        (T[] residual, T[] hidden) = (Near.Rounded<T>(problem.X), Near.Rounded<T>(problem.Y));
        Dial<T>[] dials = new Dial<T>[asked];
        int count = Sensitivity.TopDials(residual, hidden, dials);

        Dial<T>[] sorted =
        [
            .. from label in Enumerable.Range(0, residual.Length)
               from feature in Enumerable.Range(0, hidden.Length)
               let dial = new Dial<T>(label, feature, residual[label] * hidden[feature])
               orderby T.Abs(dial.Slope) descending, dial.Class, dial.Feature
               select dial,
        ];
        Assert.Equal(Math.Min(asked, sorted.Length), count);
        Assert.Equal(sorted[..count], dials[..count]);
        Assert.All(dials[count..], dial => Assert.Equal(default, dial));
    }
}
