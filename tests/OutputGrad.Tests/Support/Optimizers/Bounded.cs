namespace OutputGrad.Tests.Support.Optimizers;

/// <summary>
/// A number in double with a bound of how far the same calculation, done with operations that round by one unit, may be from it: running
/// error analysis, as in N. Higham, "Accuracy and Stability of Numerical Algorithms", section 3.3. A fused operation rounds less often than
/// that.
/// </summary>
/// <param name="Value">The number.</param>
/// <param name="Error">The bound.</param>
/// <param name="Unit">What one rounding may change relatively: the type's roundoff and that of this calculation itself.</param>
public readonly record struct Bounded(double Value, double Error, double Unit)
{
    public static Bounded operator +(Bounded left, Bounded right) =>
        left.Then(left.Value + right.Value, left.Error + right.Error);

    public static Bounded operator -(Bounded left, Bounded right) =>
        left.Then(left.Value - right.Value, left.Error + right.Error);

    public static Bounded operator *(Bounded left, Bounded right) => left.Then(
        left.Value * right.Value,
        (Math.Abs(left.Value) * right.Error) + (Math.Abs(right.Value) * left.Error) + (left.Error * right.Error));

    public static Bounded operator /(Bounded left, Bounded right)
    {
        double least = Math.Abs(right.Value) - right.Error;
        double quotient = left.Value / right.Value;
        return left.Then(quotient, (left.Error + (Math.Abs(quotient) * right.Error)) / least);
    }

    public static Bounded Sqrt(Bounded square)
    {
        double root = Math.Sqrt(square.Value);
        return square.Then(root, root == 0 ? Math.Sqrt(square.Error) : square.Error / root);
    }

    /// <summary>A constant that is rounded to the type before it is used.</summary>
    public Bounded Rounded() => Then(Value, Error);

    private Bounded Then(double value, double error) => new(value, error + (Unit * (Math.Abs(value) + error)), Unit);
}
