using Xunit;

namespace OutputGrad.Mpi.Tests;

/// <summary>What holds under every MPI; each is skipped where that MPI is not installed.</summary>
public abstract class MpiTests
{
    /// <summary>The tests that do not run beside each other: each starts more processes than there are processors.</summary>
    public const string Ranks = "ranks";

    /// <summary>
    /// From the failure of one rank to the end of mpirun: twice as much as is promised for the other ranks. Open MPI's mpirun waits a
    /// second before it tells them to end, and may itself stay a second longer than they do.
    /// </summary>
    private static readonly TimeSpan EndOfAll = TimeSpan.FromSeconds(4);

    protected abstract MpiInstallation Mpi { get; }

    /// <summary>As it names itself.</summary>
    private string Version => Mpi.Name;

    /// <summary>Loss, dL/dW, dL/db and steps have the undivided layer's bits; dL/dH is the same in all ranks.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task ShardsAtBlocksHaveTheBitsOfTheUndividedLayer(int ranks) =>
        (await Mpi.OutcomeAsync(ranks, "blocks")).AllAreDone(ranks, Version);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task ShardsAnywhereAreTheUndividedLayerButForRounding(int ranks) =>
        (await Mpi.RunAsync(ranks, "anywhere")).AllAreDone(ranks, Version);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task GridsAreTheUndividedLayerAndBatchButForRounding(int ranks) =>
        (await Mpi.RunAsync(ranks, "grids")).AllAreDone(ranks, Version);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task ExchangesBringWhatTheyShould(int ranks) => (await Mpi.RunAsync(ranks, "collectives")).AllAreDone(ranks, Version);

    /// <summary>All throw, none waits, and the next call is right again.</summary>
    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public async Task RanksThatDisagreeAllSaySo(int ranks) => (await Mpi.RunAsync(ranks, "disagree")).AllAreDone(ranks, Version);

    [Fact]
    public async Task AnExceptionOfOneRankIsPrintedAndEndsAll()
    {
        RanksOutcome outcome = await Mpi.RunAsync(4, "throw");

        Assert.NotEqual(0, outcome.ExitCode);
        Assert.Contains("Rank 3 of 4 failed, which ends all of them.", outcome.All, StringComparison.Ordinal);
        Assert.Contains("this rank had enough", outcome.All, StringComparison.Ordinal);
        Assert.InRange(outcome.TimeSinceFailure, TimeSpan.FromSeconds(-1), EndOfAll);
    }

    [Fact]
    public async Task ARankThatExitsEndsAll()
    {
        RanksOutcome outcome = await Mpi.RunAsync(4, "exit");

        Assert.NotEqual(0, outcome.ExitCode);
        Assert.Contains("Rank 3 of 4 exits before its part is done", outcome.All, StringComparison.Ordinal);
        Assert.InRange(outcome.TimeSinceFailure, TimeSpan.FromSeconds(-1), EndOfAll);
    }

    [Fact]
    public async Task ARankThatIsKilledEndsAll()
    {
        RanksOutcome outcome = await Mpi.RunAsync(4, "die");

        Assert.NotEqual(0, outcome.ExitCode);
        Assert.Contains("signal 9", outcome.All, StringComparison.Ordinal);
        Assert.InRange(outcome.TimeSinceFailure, TimeSpan.FromSeconds(-1), EndOfAll);
    }

    [Fact]
    public async Task ErrorsOfMpiHaveItsText() => (await Mpi.RunAsync(2, "error")).AllAreDone(2, Version);

    [Fact]
    public async Task NullReferencesAreStillExceptions() => (await Mpi.RunAsync(2, "null")).AllAreDone(2, Version);

    [Fact]
    public async Task AnyThreadMayCallOneAtATime() => (await Mpi.RunAsync(2, "threads")).AllAreDone(2, Version);
}

[Collection(MpiTests.Ranks)]
public sealed class OpenMpiTests : MpiTests
{
    protected override MpiInstallation Mpi => MpiInstallation.OpenMpi;
}

[Collection(MpiTests.Ranks)]
public sealed class MpichTests : MpiTests
{
    protected override MpiInstallation Mpi => MpiInstallation.Mpich;
}
