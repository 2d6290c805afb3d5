namespace OutputGrad.Training;

/// <summary>One fit of a <see cref="PathReport"/>.</summary>
/// <param name="L2">The strength of its penalty.</param>
/// <param name="Report">How it ended.</param>
public sealed record PathPoint(double L2, FitReport Report);
