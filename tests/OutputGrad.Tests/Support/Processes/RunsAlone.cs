using Xunit;

namespace OutputGrad.Tests.Support.Processes;

/// <summary>Tests of what the whole process shares, its thread pool and its memory: no other test runs beside them.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public static class RunsAlone
{
    public const string Name = "alone";
}
