using OutputGrad.Training;

namespace OutputGrad.Tests.Features.Training;

/// <summary>All that a fit told of its progress.</summary>
internal sealed class ProgressRecord : IProgress<FitProgress>
{
    public List<FitProgress> All { get; } = [];

    /// <summary>What else is done each time that something is told.</summary>
    public Action<FitProgress> Then { get; init; } = _ => { };

    public void Report(FitProgress value)
    {
        All.Add(value);
        Then(value);
    }
}
