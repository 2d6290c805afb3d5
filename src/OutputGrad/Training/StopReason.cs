namespace OutputGrad.Training;

/// <summary>Why a fit ended. Whatever the reason, the best parameters so far are in place.</summary>
public enum StopReason
{
    /// <summary>No element of the objective's gradient is larger than <see cref="FitOptions.GradientTolerance"/>.</summary>
    Converged,

    /// <summary><see cref="FitOptions.MaxIterations"/> are done.</summary>
    MaxIterations,

    /// <summary>
    /// Rounding hides what is left to gain: neither the objective nor its largest slope has become smaller for ten iterations, or no step
    /// along the steepest way down is one. With features of very different sizes, or whose mean is far larger than what they vary by, that
    /// may be far from the minimum.
    /// </summary>
    NoProgress,

    /// <summary>The validation loss has not become smaller for <see cref="FitOptions.Patience"/> iterations.</summary>
    Patience,

    /// <summary>The caller canceled it.</summary>
    Canceled,
}
