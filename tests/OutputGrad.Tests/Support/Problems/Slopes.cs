namespace OutputGrad.Tests.Support.Problems;

/// <summary>Slopes of the loss by experiment, with a bound of their error.</summary>
/// <remarks>
/// <para>Two central differences D, with steps h and 2 h, combined as (4 D(h) - D(2h)) / 3, cancel the error of order h^2 (Richardson).
/// What is left is at most h^4 / 18 times the largest fifth derivative, and the loss's rounding error E twice over: 2 E / h.</para>
/// <para>The fifth derivative comes from Cauchy's estimate, 5! B / R^5, where a change of the parameter by R, in any complex direction,
/// changes the loss by at most B. R is chosen so that no scaled and capped logit changes by more than 1/2: then |log sum exp| changes by at
/// most
/// -ln(2 - sqrt(e)) = 1.05. A logit changes by the parameter's change times its reach (the h_j or W[i,j] it is multiplied by) and the
/// scale; the softcap, c tanh(z / c), stretches that by at most 1 / cos(1/2)^2 = 1.3 as long as z / c changes by at most 1/2.</para>
/// <para>A step of R / 1024 balances the two errors in double.</para>
/// </remarks>
internal sealed class Slopes
{
    private const double LogitChange = 0.5;
    private const double LogSumExpChange = 1.05;

    /// <summary>Larger arrays are sampled evenly, so that every case costs about the same.</summary>
    private const int MostMeasured = 24;

    private readonly double[] _lossChanges;
    private readonly double _radius;
    private readonly double _step;
    private readonly double _lossError;

    /// <param name="labels">What the loss is of.</param>
    /// <param name="magnitudes">The magnitudes of its rows.</param>
    /// <param name="lossError">How far the computed loss can be from the exact one.</param>
    /// <param name="reach">How far a unit change of a parameter can move any logit, scale and softcap apart.</param>
    public Slopes(Labels labels, RowMagnitudes[] magnitudes, double lossError, double reach)
    {
        CrossEntropyOptions options = labels.Options;
        double change = options.LogitSoftcap == 0 ? LogitChange : Math.Min(LogitChange / 1.3, options.LogitSoftcap / 2);
        _radius = change / (options.LogitScale * Math.Max(reach, 1));
        _step = Math.Pow(2, Math.Floor(Math.Log2(_radius / 1024)));
        _lossError = lossError;
        _lossChanges = Array.ConvertAll(magnitudes, row =>
            (row.Share * row.Targets * (LogSumExpChange + LogitChange)) +
            (row.ZLossShare * LogSumExpChange * ((2 * row.LogSumExp) + LogSumExpChange)));
    }

    /// <summary>Positions in an array of parameters: all of a small one.</summary>
    public static IEnumerable<int> Sample(double[] parameters)
    {
        int count = Math.Min(parameters.Length, MostMeasured);
        return Enumerable.Range(0, count).Select(index => (int)(((2L * index) + 1) * parameters.Length / (2L * count)));
    }

    public double Measure(Span<double> parameters, int index, Func<double> loss) =>
        ((4 * FiniteDifference.Slope(parameters, index, loss, _step)) - FiniteDifference.Slope(parameters, index, loss, 2 * _step)) / 3;

    /// <summary>The slope along a direction at once for all parameters, whose array is moved and then restored.</summary>
    public double MeasureAlong(double[] parameters, int[] direction, Func<double> loss)
    {
        double[] origin = [.. parameters];
        double[] distance = [0];
        double moved = Measure(distance, 0, () =>
        {
            for (int index = 0; index < parameters.Length; index++)
            {
                parameters[index] = origin[index] + (distance[0] * direction[index]);
            }

            return loss();
        });
        origin.CopyTo(parameters, 0);
        return moved;
    }

    /// <summary>The error of a slope along a parameter that moves the logits of one row.</summary>
    public double ErrorInRow(int row) => Error(_lossChanges[row]);

    /// <summary>The error of a slope along a parameter that moves the logits of all rows.</summary>
    public double ErrorInAllRows() => Error(_lossChanges.Sum());

    private double Error(double lossChange)
    {
        // The derivative is taken anywhere within 2 h of the parameter: (1 - 2/1024)^-5 = 1.01.
        double fifthDerivative = 1.01 * 120 * lossChange / Math.Pow(_radius, 5);
        return (Math.Pow(_step, 4) / 18 * fifthDerivative) + (2 * _lossError / _step);
    }
}
