namespace OutputGrad.Training.Minimization;

/// <summary>What a <see cref="LineSearch"/> says of the step that it was told of.</summary>
internal enum LineSearchState
{
    /// <summary>There is another step to evaluate.</summary>
    GoesOn,

    /// <summary>The step satisfies the conditions.</summary>
    Found,

    /// <summary>No step was found that does.</summary>
    Failed,
}
