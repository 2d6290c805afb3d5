namespace OutputGrad.Engine.Arithmetic;

/// <summary>
/// A sum of any number of doubles that is off by its own rounding and no more to speak of: what each addition rounds away is summed up
/// beside it (A. Neumaier, "Rundungsfehleranalyse einiger Verfahren zur Summation endlicher Summen", 1974).
/// </summary>
internal struct CompensatedSum
{
    private double _sum;
    private double _rest;

    /// <summary>The sum; the rest of one that is not finite is not a number.</summary>
    public readonly double Total => double.IsFinite(_sum) ? _sum + _rest : _sum;

    public void Add(double value)
    {
        double sum = _sum + value;
        double part = sum - _sum;
        _rest += _sum - (sum - part) + (value - part);
        _sum = sum;
    }
}
