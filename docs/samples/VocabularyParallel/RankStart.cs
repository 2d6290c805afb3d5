using OutputGrad.Mpi;

namespace VocabularyParallel;

/// <summary>A rank before its first step.</summary>
/// <param name="Process">The process's number on its machine.</param>
/// <param name="Classes">Its classes.</param>
internal readonly record struct RankStart(int Process, ClassRange Classes)
{
    /// <summary>Of all ranks; all call it.</summary>
    public static RankStart[] Gather(MpiCommunicator world, ClassRange own)
    {
        RankStart[] all = new RankStart[world.Size];
        world.AllGather<RankStart>([new RankStart(Environment.ProcessId, own)], all);
        return all;
    }
}
