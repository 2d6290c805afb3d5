namespace OutputGrad.Tests.Support.Oracle;

public static class Logarithm
{
    /// <summary>
    /// log(1 + x) with a small relative error. (double.LogP1 adds the 1 first and so loses a small x.) The rounding error of 1 + x is in
    /// both factors and cancels: W. Kahan's trick.
    /// </summary>
    public static double OfOnePlus(double x)
    {
        double sum = 1 + x;
        return sum == 1 ? x : x * (Math.Log(sum) / (sum - 1));
    }
}
