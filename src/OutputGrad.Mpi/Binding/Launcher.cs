using System.Globalization;

namespace OutputGrad.Mpi.Binding;

/// <summary>Who started this process, by the environment variables that it left.</summary>
internal static class Launcher
{
    private const string OpenMpiSize = "OMPI_COMM_WORLD_SIZE";

    /// <summary>MPICH's Hydra, and the launchers of its kin.</summary>
    private const string PmiSize = "PMI_SIZE";

    public static bool IsOpenMpi => Variable(OpenMpiSize) is not null;

    /// <summary>Slurm sets MPICH's variable too, whatever MPI it starts.</summary>
    public static bool IsMpich => !IsOpenMpi && Variable(PmiSize) is not null && Variable("SLURM_JOB_ID") is null;

    /// <summary>How many processes it started; null without a launcher, or where it does not say.</summary>
    public static int? Size =>
        int.TryParse(Variable(OpenMpiSize) ?? Variable(PmiSize), CultureInfo.InvariantCulture, out int size) ? size : null;

    private static string? Variable(string name) => Environment.GetEnvironmentVariable(name);
}
