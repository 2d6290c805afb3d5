namespace OutputGrad.Training;

/// <summary>Fits of one layer with penalties of several strengths.</summary>
/// <param name="Points">The fits, the strongest penalty first; without those that a cancellation kept from being begun.</param>
/// <param name="Best">Which of them has the smallest validation loss, of equal ones the strongest penalty.</param>
public sealed record PathReport(IReadOnlyList<PathPoint> Points, int Best);
