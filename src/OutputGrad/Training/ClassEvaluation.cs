namespace OutputGrad.Training;

/// <summary>How well a classifier finds the rows of one class.</summary>
/// <typeparam name="TLabel">The type of the labels.</typeparam>
/// <param name="Label">The class.</param>
/// <param name="Precision">Of the rows that were predicted to be of the class, the share that is; 0 where none was.</param>
/// <param name="Recall">Of the rows of the class, the share that was predicted to be; 0 where there is none.</param>
/// <param name="Support">The rows of the class.</param>
public readonly record struct ClassEvaluation<TLabel>(TLabel Label, double Precision, double Recall, int Support)
{
    /// <summary>The harmonic mean of precision and recall; 0 where both are 0.</summary>
    public double F1 => Precision + Recall == 0 ? 0 : 2 * Precision * Recall / (Precision + Recall);
}
