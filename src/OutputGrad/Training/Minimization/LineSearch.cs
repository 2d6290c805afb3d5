namespace OutputGrad.Training.Minimization;

/// <summary>
/// Looks along a direction of descent for a step that satisfies the strong Wolfe conditions: the caller evaluates the objective f at
/// <see cref="Step"/> and tells it, until the search is over.
/// </summary>
/// <remarks>
/// <code>
/// f(step) &lt;= f(0) + 1e-4 step f'(0) + noise        |f'(step)| &lt;= 0.9 |f'(0)|
/// </code>
/// Steps grow until they bracket such a one, and the bracket then shrinks: J. Nocedal and S. Wright, "Numerical Optimization", 2nd edition
/// 2006, algorithms 3.5 and 3.6. Trial steps are those that minimize the cubic through two values and their slopes (equation 3.59), kept
/// away from the ends of the bracket. Where f is not finite the step is too long.
/// <para>
/// The noise is what rounding may do to f, and is 0 in the book. Near a minimum f changes by less than that, while its slopes still tell
/// the way: values that close count as equal, and the search goes by slopes alone, as with the approximate Wolfe conditions of W. Hager
/// and H. Zhang, "A new conjugate gradient method with guaranteed descent and an efficient line search", 2005, section 4.
/// </para>
/// </remarks>
internal struct LineSearch
{
    private const double SufficientDecrease = 1e-4;
    private const double Curvature = 0.9;
    private const int MostTrials = 20;

    private readonly Trial _start;
    private readonly double _noise;

    /// <summary>The best end of the bracket, or, until there is one, the last step.</summary>
    private Trial _low;

    /// <summary>Its other end.</summary>
    private Trial? _high;

    private int _trials;

    /// <summary>A search from 0 on, whose first step is 1.</summary>
    /// <param name="value">f(0).</param>
    /// <param name="slope">f'(0), negative.</param>
    /// <param name="noise">How far values that count as equal may be apart.</param>
    public LineSearch(double value, double slope, double noise)
    {
        _start = new(0, value, slope);
        _noise = noise;
        _low = _start;
        Best = _start;
        Step = 1;
    }

    /// <summary>The step to evaluate next.</summary>
    public double Step { get; private set; }

    /// <summary>The step of the smallest value so far: 0 if none is smaller than f(0).</summary>
    public Trial Best { get; private set; }

    /// <summary>Tells the objective at <see cref="Step"/>.</summary>
    /// <param name="value">f there.</param>
    /// <param name="slope">f' there.</param>
    /// <returns>Whether the step satisfies the conditions, the search goes on, or finds no such step.</returns>
    public LineSearchState Tell(double value, double slope)
    {
        Trial trial = new(Step, value, slope);
        bool isFinite = double.IsFinite(value) && double.IsFinite(slope);
        Best = isFinite && value < Best.Value ? trial : Best;
        bool isTooLong = !isFinite || value > _start.Value + (SufficientDecrease * Step * _start.Slope) + _noise
            || value > _low.Value + _noise;
        if (!isTooLong && Math.Abs(slope) <= -Curvature * _start.Slope)
        {
            return LineSearchState.Found;
        }

        if (isTooLong)
        {
            _high = trial;
        }
        else if (_high is { } high ? slope * (high.Step - Step) >= 0 : slope >= 0)
        {
            // the minimum is on the side from which it came
            _high = _low;
            _low = trial;
        }
        else if (_high is null)
        {
            double grown = Cubic(_low, trial);
            _low = trial;
            Step = double.IsNaN(grown) ? 4 * Step : Math.Clamp(grown, 2 * Step, 100 * Step);
            return Next();
        }
        else
        {
            _low = trial;
        }

        Step = Inside(_low, _high.Value);
        return Next();
    }

    private LineSearchState Next() =>
        ++_trials < MostTrials && double.IsFinite(Step) && Step != _low.Step && Step != _high?.Step
            ? LineSearchState.GoesOn
            : LineSearchState.Failed;

    /// <summary>A step between the ends of the bracket.</summary>
    private readonly double Inside(Trial low, Trial high)
    {
        double width = high.Step - low.Step;
        double cubic = Cubic(low, high);
        double share = (cubic - low.Step) / width;
        return low.Step + (width * (share is >= 0.1 and <= 0.9 ? share : share < 0.1 ? 0.1 : share > 0.9 ? 0.9 : 0.5));
    }

    /// <summary>
    /// Where the cubic through two values and their slopes has its minimum, or, where the values count as equal, the parabola through the
    /// slopes; NaN where there is none.
    /// </summary>
    private readonly double Cubic(Trial first, Trial second)
    {
        double rise = Math.Abs(first.Value - second.Value) > _noise
            ? (first.Value - second.Value) / (first.Step - second.Step)
            : (first.Slope + second.Slope) / 2;
        double d1 = first.Slope + second.Slope - (3 * rise);
        double d2 = Math.CopySign(Math.Sqrt((d1 * d1) - (first.Slope * second.Slope)), second.Step - first.Step);
        double step = second.Step - ((second.Step - first.Step) * (second.Slope + d2 - d1) / (second.Slope - first.Slope + (2 * d2)));
        return double.IsFinite(step) ? step : double.NaN;
    }

    /// <summary>The objective at a step.</summary>
    internal readonly record struct Trial(double Step, double Value, double Slope);
}
