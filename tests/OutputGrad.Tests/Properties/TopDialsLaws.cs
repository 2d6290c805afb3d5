using System.Numerics;
using Xunit;

namespace OutputGrad.Tests.Properties;

/// <summary>The dials that matter most are those that sorting all of them would put first.</summary>
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
        (T[] residual, T[] hidden) = (Matrix.To<T>(problem.X), Matrix.To<T>(problem.Y));
        Dial<T>[] dials = new Dial<T>[asked];
        int count = Sensitivity.TopDials(residual, hidden, dials);

        T[] sorted = [.. residual.SelectMany(g => hidden.Select(h => T.Abs(g * h))).OrderDescending()];
        Assert.Equal(Math.Min(asked, sorted.Length), count);
        Assert.Equal(sorted[..count], dials[..count].Select(dial => T.Abs(dial.Slope)));
        Assert.All(dials[..count], dial => Assert.Equal(residual[dial.Class] * hidden[dial.Feature], dial.Slope));
        Assert.Equal(count, dials[..count].Select(dial => (dial.Class, dial.Feature)).Distinct().Count());
        Assert.All(dials[count..], dial => Assert.Equal(default, dial));
    }
}
