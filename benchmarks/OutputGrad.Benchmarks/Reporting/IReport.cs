namespace OutputGrad.Benchmarks.Reporting;

/// <summary>Takes the figures of a comparison while they are measured and prints them.</summary>
internal interface IReport
{
    /// <summary>Opens a group; the figures that follow are its own.</summary>
    void Begin(IComparison comparison);

    void Add(ComparisonCase problem, Finding finding);

    /// <summary>Takes a case that could not be measured to its end.</summary>
    void AddFailure(ComparisonCase problem, string message);

    /// <summary>Closes the group.</summary>
    void End();

    /// <summary>Closes the report.</summary>
    /// <returns>Whether it found nothing wrong.</returns>
    bool Complete();
}
