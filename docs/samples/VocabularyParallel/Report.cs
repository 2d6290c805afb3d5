using OutputGrad.Mpi;
using static Samples.Printout;

namespace VocabularyParallel;

/// <summary>What rank 0 says, in plain lines that read the same in a terminal and in a file.</summary>
internal static class Report
{
    private const double Megabyte = 1e6;

    public static void Start(Settings settings, RankStart[] ranks)
    {
        Recipe recipe = settings.Recipe;
        Line($"{recipe.Classes} classes x {recipe.Features} features over {Count(ranks.Length)} of {MpiProgram.MpiVersion.Split(',')[0]}");
        foreach ((int rank, RankStart start) in ranks.Index())
        {
            Line($"rank {rank,3}  process {start.Process,7}  classes {start.Classes.First} to {start.Classes.End - 1}");
        }

        Title(settings.Resumed is Checkpoint from
            ? $"Training on from step {from.Step}, where {Count(from.Ranks)} left it, to step {settings.Steps}"
            : $"Training from the start to step {settings.Steps}");
    }

    public static void Ranks(RankEffort[] ranks)
    {
        Title("The ranks' effort in these steps");
        Line("rank  classes     seconds  MB to others  communication");
        foreach ((int rank, RankEffort effort) in ranks.Index())
        {
            double seconds = effort.Elapsed.TotalSeconds, share = seconds > 0 ? effort.Communication.TotalSeconds / seconds : 0;
            Line($"{rank,4} {effort.Classes,8} {seconds,11:0.000} {effort.BytesSent / Megabyte,13:0.000} {share,14:0.0 %}");
        }
    }

    public static void Check(UndividedCheck check)
    {
        Title($"{check.Rows} other rows, by the ranks from their files and by the undivided layer");
        Line($"loss                                 {check.Loss:0.0000}");
        Line($"difference of the ranks' loss        {check.LossDifference:0.0e+00}");
        Line($"different bits of dL/dW and dL/db    {check.DifferentSlopes} of {check.Slopes} numbers");
        Line($"largest relative difference of dL/dH {check.Hidden:0.0e+00}");
    }

    public static void Hash(string hash, Settings settings)
    {
        Title($"After step {settings.Steps}");
        Line($"hash of all weights  {hash}");
        Line($"checkpoint in        {settings.Folder}");
    }

    private static string Count(int ranks) => ranks == 1 ? "1 rank" : $"{ranks} ranks";
}
