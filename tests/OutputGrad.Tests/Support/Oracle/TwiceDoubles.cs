using Xunit;

namespace OutputGrad.Tests.Support.Oracle;

/// <summary>The arithmetic that other tests measure with is as accurate as they take it to be.</summary>
public class TwiceDoubles
{
    private const double Accuracy = 1e-28;

    private static readonly double[] Numbers = [1, 1.0 / 3, -7.25, 1e-9, 12345.678, -1e30, 3e-40, Math.PI];

    [Fact]
    public void SumsAndProductsOfDoublesThatFitAreExact()
    {
        TwiceDouble sum = (TwiceDouble)1 + 1e-25, product = (TwiceDouble)(1 + 1e-10) * (1 - 1e-10);

        Assert.Equal(new(1, 1e-25), sum);
        Assert.Equal(1e-25, (double)(sum - 1));
        double exactly = ((1 + 1e-10) - 1) * ((1 - 1e-10) - 1);
        Near((TwiceDouble)exactly + ((1 + 1e-10) - 1) + ((1 - 1e-10) - 1), product - 1, 1);
    }

    [Fact]
    public void DivisionUndoesMultiplication()
    {
        Assert.All(Numbers, x => Assert.All(Numbers, y =>
        {
            Near(x, (TwiceDouble)x / y * y, x);
            Near((TwiceDouble)x / y, (TwiceDouble)1 / ((TwiceDouble)y / x), (double)((TwiceDouble)x / y));
        }));
    }

    /// <summary>e, ln 2 and ln 10 to 32 digits, as double and rest.</summary>
    [Fact]
    public void KnownNumbersComeOut()
    {
        Near(new(2.718281828459045, 1.4456468917292502e-16), TwiceDouble.Exp(1), 2.7);
        Near(new(0.6931471805599453, 2.3190468138462996e-17), TwiceDouble.Log(2), 0.7);
        Near(new(2.302585092994046, -2.1707562233822494e-16), TwiceDouble.Log(10), 2.3);
        Near(new(2.302585092994046, -2.1707562233822494e-16), TwiceDouble.LogOnePlus(9), 2.3);
    }

    [Fact]
    public void ExponentialsOfSumsAreProducts()
    {
        foreach (double x in (double[])[-300, -77.7, -1, -1e-8, 0, 1e-20, 0.3, 5])
        {
            foreach (double y in (double[])[-250, -3.3, -1e-5, 0.7])
            {
                TwiceDouble expected = TwiceDouble.Exp(x) * TwiceDouble.Exp(y), found = TwiceDouble.Exp((TwiceDouble)x + y);
                Near(1, found / expected, 1);
            }
        }
    }

    [Fact]
    public void LogarithmsUndoExponentials()
    {
        foreach (double x in (double[])[-300, -12.5, -1, 0.01, 0.7, 13.8])
        {
            Near(x, TwiceDouble.Log(TwiceDouble.Exp(x)), Math.Max(1, Math.Abs(x)));
        }
    }

    /// <summary>The series below 0.01 against the logarithm, which is off by 1e-31 absolute there.</summary>
    [Fact]
    public void BothLogarithmsAgree()
    {
        foreach (double x in (double[])[0.00999, 0.005, 0.001, 1e-4])
        {
            Near(TwiceDouble.Log((TwiceDouble)1 + x), TwiceDouble.LogOnePlus(x), x);
        }

        Near(1, TwiceDouble.LogOnePlus(1e-200) / 1e-200, 1);
    }

    private static void Near(TwiceDouble expected, TwiceDouble found, double size) =>
        Assert.InRange(Math.Abs((double)(found - expected)), 0, Accuracy * Math.Abs(size));
}
