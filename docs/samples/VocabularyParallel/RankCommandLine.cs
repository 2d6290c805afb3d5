using OutputGrad.Mpi;
using Samples;

namespace VocabularyParallel;

/// <summary>The command line of several ranks, which all go on or all end, and speak with one voice.</summary>
internal static class RankCommandLine
{
    private const string Description =
        "Trains the output layer of a language model whose classes are split over the ranks of an MPI program: "
        + "mpirun -n 4 starts four; without mpirun it is one. The text is drawn at random.";

    /// <param name="arguments">What the command line says, to all ranks alike.</param>
    /// <param name="world">All ranks. From here on rank 0 alone writes to the console.</param>
    /// <param name="code">The exit code, where there is nothing to be done.</param>
    /// <returns>What is to be done, or null if that is nothing, because of --help or of a misuse in any rank.</returns>
    public static Settings? Settings(string[] arguments, MpiCommunicator world, out int code)
    {
        if (world.Rank > 0)
        {
            Console.SetOut(TextWriter.Null);
        }

        TextWriter error = Console.Error;
        using StringWriter refusal = new();
        Console.SetError(refusal);
        Settings? settings = null;
        Options options = new();
        int own = CommandLine.Run(arguments, Description, options.All, values => settings = options.Settings(values, world.Size));
        Console.SetError(error);

        int[] codes = new int[world.Size];
        world.AllGather<int>([own], codes);
        int refusing = Array.FindIndex(codes, other => other != 0);
        if (refusing == world.Rank)
        {
            error.Write(refusal);
        }

        code = refusing < 0 ? 0 : codes[refusing];
        return refusing < 0 ? settings : null;
    }
}
