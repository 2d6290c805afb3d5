using OutputGrad.Mpi;
using VocabularyParallel;

try
{
    return MpiProgram.Run(world =>
    {
        if (RankCommandLine.Settings(args, world, out int code) is Settings settings)
        {
            Story.Tell(world, settings);
        }

        return code;
    });
}
catch (DllNotFoundException noMpi)
{
    Console.Error.WriteLine(noMpi.Message);
    return 1;
}
