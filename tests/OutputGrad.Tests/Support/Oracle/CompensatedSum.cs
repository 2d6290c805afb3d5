namespace OutputGrad.Tests.Support.Oracle;

/// <summary>
/// Neumaier's sum: the rounding error of every addition is kept aside, so a sum of 250,000 terms is as exact as one of two.
/// </summary>
public struct CompensatedSum
{
    private double _sum;
    private double _lost;

    public readonly double Value => double.IsFinite(_sum) ? _sum + _lost : _sum;

    public void Add(double term)
    {
        double next = _sum + term;
        _lost += Math.Abs(_sum) >= Math.Abs(term) ? _sum - next + term : term - next + _sum;
        _sum = next;
    }
}
