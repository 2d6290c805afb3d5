using System.Numerics;
using OutputGrad.Engine.Arithmetic;

namespace OutputGrad.Training.Minimization;

/// <summary>One fit: from the start downhill, until nothing is left to gain or somebody stops it.</summary>
/// <remarks>All memory is taken before the first iteration.</remarks>
internal ref struct ProbeFit<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int MostWithoutProgress = 10;

    /// <summary>What rounding may do to the objective, relative to it.</summary>
    private static readonly double Noise = 2 * Ulp<T>.OfOne;

    private readonly FitOptions _options;
    private readonly ProbeObjective<T> _objective;
    private readonly ParameterVectors<T> _vectors;
    private readonly LimitedMemory<T> _memory;
    private readonly T[]? _bestPoint;

    // where the fit stands, and where it tries to go
    private T[] _point;
    private T[] _gradient;
    private T[] _trialPoint;
    private T[] _trialGradient;
    private ObjectiveValue _value;

    private ObjectiveValue _bestValue;
    private double? _bestValidationLoss;
    private double? _validationLoss;
    private int _iterations;
    private int _evaluations;
    private int _iterationsSinceBest;
    private double _smallestSlope = double.PositiveInfinity;
    private double _smallestObjective = double.PositiveInfinity;
    private int _iterationsSinceProgress;

    /// <summary>A fit that starts where weights and bias stand.</summary>
    public ProbeFit(
        FitOptions options,
        ProbeObjective<T> objective,
        ParameterVectors<T> vectors,
        ProbeScaling<T> scaling,
        ReadOnlySpan<T> weights,
        ReadOnlySpan<T> bias)
    {
        int length = weights.Length + bias.Length;
        _options = options;
        _objective = objective;
        _vectors = vectors;
        _memory = new(vectors, scaling, length, options.History);
        _bestPoint = options.Patience is null ? null : GC.AllocateUninitializedArray<T>(length);
        _point = GC.AllocateUninitializedArray<T>(length);
        _gradient = GC.AllocateUninitializedArray<T>(length);
        _trialPoint = GC.AllocateUninitializedArray<T>(length);
        _trialGradient = GC.AllocateUninitializedArray<T>(length);
        weights.CopyTo(_point);
        bias.CopyTo(_point.AsSpan(weights.Length));
    }

    /// <summary>The rows whose loss is computed after every iteration, if there are any.</summary>
    public LabeledBatch<T> Validation { get; init; }

    public IProgress<FitProgress>? Progress { get; init; }

    public CancellationToken CancellationToken { get; init; }

    /// <summary>The parameters, weights first; after <see cref="Run"/> the best.</summary>
    public readonly ReadOnlySpan<T> Point => _point;

    /// <summary>The fit itself.</summary>
    /// <exception cref="ArgumentException">The objective or the validation loss at the start is not finite.</exception>
    public FitReport Run()
    {
        _value = _objective.Evaluate(_point, _gradient);
        _evaluations = 1;
        if (!_value.IsFinite)
        {
            throw _objective.NotFinite(_objective.Batch, "objective at the start");
        }

        NoteProgress();
        Validate();
        Tell(_value);
        StopReason? reason;
        do
        {
            reason = ReasonToStop() ?? Iterate();
        }
        while (reason is null);
        if (_bestPoint is not null)
        {
            (_point, _value, _validationLoss) = (_bestPoint, _bestValue, _bestValidationLoss);
        }

        return new(_iterations, _evaluations, _value.Objective, _value.Loss, _value.LargestSlope, reason.Value, _validationLoss);
    }

    private readonly StopReason? ReasonToStop() =>
        _value.LargestSlope <= _options.GradientTolerance ? StopReason.Converged
        : _iterations == _options.MaxIterations ? StopReason.MaxIterations
        : _iterationsSinceBest >= _options.Patience ? StopReason.Patience
        : _iterationsSinceProgress >= MostWithoutProgress ? StopReason.NoProgress
        : CancellationToken.IsCancellationRequested ? StopReason.Canceled
        : null;

    /// <summary>Finds a direction and moves along it.</summary>
    private StopReason? Iterate()
    {
        _iterations++;
        _memory.FindDirection(_gradient);
        double slope = _vectors.Dot(_gradient, _memory.Direction);
        bool isSteepest = _memory.IsEmpty;
        if (!(slope < 0))
        {
            return isSteepest ? StopReason.NoProgress : Restart();
        }

        double noise = Noise * Math.Abs(_value.Objective);
        LineSearch search = new(_value.Objective, slope, noise);
        ObjectiveValue best = _value;
        LineSearchState state;
        do
        {
            ObjectiveValue trial = Evaluate(search.Step);
            state = search.Tell(trial.Objective, trial.IsFinite ? _vectors.Dot(_trialGradient, _memory.Direction) : double.NaN);
            best = trial.IsFinite && trial.Objective < best.Objective ? trial : best;
            Tell(best);
            if (state == LineSearchState.Found)
            {
                _memory.Remember(_point, _trialPoint, _gradient, _trialGradient);
                MoveToTrial(trial);
                return null;
            }
        }
        while (state == LineSearchState.GoesOn && !CancellationToken.IsCancellationRequested);

        // the trial with the smallest objective again, whose gradient is not there any more
        if (search.Best.Step > 0)
        {
            ObjectiveValue again = Evaluate(search.Best.Step);
            Tell(again);
            MoveToTrial(again);
        }

        return state == LineSearchState.GoesOn ? StopReason.Canceled : isSteepest ? StopReason.NoProgress : Restart();
    }

    /// <summary>Forgets the curvature: the next iteration takes the steepest way.</summary>
    private readonly StopReason? Restart()
    {
        _memory.Clear();
        return null;
    }

    private ObjectiveValue Evaluate(double step)
    {
        _vectors.Add(_point, step, _memory.Direction, _trialPoint);
        _evaluations++;
        return _objective.Evaluate(_trialPoint, _trialGradient);
    }

    private void MoveToTrial(ObjectiveValue value)
    {
        (_point, _trialPoint) = (_trialPoint, _point);
        (_gradient, _trialGradient) = (_trialGradient, _gradient);
        _value = value;
        NoteProgress();
        Validate();
    }

    /// <summary>Below the noise of the objective, slopes may still become smaller; where neither does, nothing does.</summary>
    private void NoteProgress()
    {
        bool isProgress = _value.Objective < _smallestObjective || _value.LargestSlope < _smallestSlope;
        _iterationsSinceProgress = isProgress ? 0 : _iterationsSinceProgress + 1;
        _smallestObjective = Math.Min(_smallestObjective, _value.Objective);
        _smallestSlope = Math.Min(_smallestSlope, _value.LargestSlope);
    }

    private void Validate()
    {
        if (Validation.Rows == 0)
        {
            return;
        }

        double loss = _objective.LossOf(Validation, _point);
        if (_evaluations == 1 && !double.IsFinite(loss))
        {
            throw _objective.NotFinite(Validation, "validation loss at the start");
        }

        _validationLoss = loss;
        _iterationsSinceBest++;
        if (_bestPoint is not null && (_bestValidationLoss is null || loss < _bestValidationLoss))
        {
            _point.CopyTo(_bestPoint, 0);
            _bestValue = _value;
            _bestValidationLoss = loss;
            _iterationsSinceBest = 0;
        }
    }

    private readonly void Tell(ObjectiveValue best) =>
        Progress?.Report(new(_iterations, best.Objective, best.LargestSlope, _validationLoss) { L2 = _objective.L2 });
}
