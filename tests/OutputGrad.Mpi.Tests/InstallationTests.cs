using Xunit;

namespace OutputGrad.Mpi.Tests;

/// <summary>No MPI, another one than the launcher's, and two that compute the same.</summary>
[Collection(MpiTests.Ranks)]
public class InstallationTests
{
    private const string Variable = "OUTPUTGRAD_MPI";

    private const string Nowhere = "/nowhere/libmpi.so";

    [Fact]
    public async Task WithoutAnMpiTheMessageSaysWhatToInstall()
    {
        RanksOutcome outcome = await MpiInstallation.RunAloneAsync("null", (Variable, Nowhere));

        Assert.NotEqual(0, outcome.ExitCode);
        Assert.Contains(nameof(DllNotFoundException), outcome.Error, StringComparison.Ordinal);
        Assert.Contains($"tried {Nowhere}", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("apt-get install openmpi-bin", outcome.Error, StringComparison.Ordinal);
        Assert.Contains(Variable, outcome.Error, StringComparison.Ordinal);
    }

    /// <summary>A library that is there and is no MPI is as good as none.</summary>
    [Fact]
    public async Task ALibraryThatIsNoMpiIsNone()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The name of a library that every Linux has.");
        RanksOutcome outcome = await MpiInstallation.RunAloneAsync("null", (Variable, "libc.so.6"));

        Assert.NotEqual(0, outcome.ExitCode);
        Assert.Contains("No MPI was found; tried libc.so.6", outcome.Error, StringComparison.Ordinal);
    }

    /// <summary>Either way round: each process would be a world of one.</summary>
    [Fact]
    public async Task AnotherMpiThanTheLaunchersIsRefused()
    {
        SkipUnlessBothAreThere();
        RanksOutcome mpichUnderOpenMpi = await MpiInstallation.OpenMpi.RunAsync(2, "null", (Variable, "libmpich.so.12"));
        RanksOutcome openMpiUnderMpich = await MpiInstallation.Mpich.RunAsync(2, "null", (Variable, "libmpi.so.40"));

        Assert.All([mpichUnderOpenMpi, openMpiUnderMpich], outcome =>
        {
            Assert.NotEqual(0, outcome.ExitCode);
            Assert.Contains("started as one of 2 processes", outcome.All, StringComparison.Ordinal);
            Assert.Contains(Variable, outcome.All, StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task BothMakeTheSameHiddenGradients(int ranks)
    {
        SkipUnlessBothAreThere();
        RanksOutcome openMpi = await MpiInstallation.OpenMpi.OutcomeAsync(ranks, "blocks");
        RanksOutcome mpich = await MpiInstallation.Mpich.OutcomeAsync(ranks, "blocks");

        Assert.Equal(openMpi.After("dL/dH "), mpich.After("dL/dH "));
    }

    [Fact]
    public async Task WithoutALauncherTheProgramIsOneRank()
    {
        Assert.SkipWhen(
            MpiInstallation.OpenMpi.Launcher is null && MpiInstallation.Mpich.Launcher is null, "No MPI is installed.");
        RanksOutcome outcome = await MpiInstallation.RunAloneAsync("blocks");

        Assert.True(outcome.ExitCode == 0, outcome.All);
        Assert.Contains("rank 0 of 1 is done", outcome.Output, StringComparison.Ordinal);
    }

    private static void SkipUnlessBothAreThere() => Assert.SkipWhen(
        MpiInstallation.OpenMpi.Launcher is null || MpiInstallation.Mpich.Launcher is null, "Open MPI and MPICH are not both installed.");
}
