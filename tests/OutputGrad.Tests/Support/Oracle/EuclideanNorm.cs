namespace OutputGrad.Tests.Support.Oracle;

/// <summary>The norm of numbers of any size: scaled by the largest, so that the square of every one that matters is a number.</summary>
public static class EuclideanNorm
{
    /// <summary>NaN where one is, else infinity where one is.</summary>
    public static double Of(ReadOnlySpan<double> numbers)
    {
        double largest = 0;
        foreach (double number in numbers)
        {
            largest = Math.Max(largest, Math.Abs(number));
        }

        if (largest == 0 || !double.IsFinite(largest))
        {
            return largest;
        }

        CompensatedSum squares = default;
        foreach (double number in numbers)
        {
            squares.Add(number / largest * (number / largest));
        }

        return Math.Sqrt(squares.Value) * largest;
    }
}
