using OutputGrad.Mpi;

namespace VocabularyParallel;

/// <summary>What the steps took of a rank.</summary>
/// <param name="Classes">How many classes it has.</param>
/// <param name="BytesSent">The bytes that it had for other ranks.</param>
/// <param name="Elapsed">The time of the steps.</param>
/// <param name="Communication">The part of it in calls of MPI, which includes waiting for slower ranks.</param>
internal readonly record struct RankEffort(int Classes, long BytesSent, TimeSpan Elapsed, TimeSpan Communication)
{
    /// <summary>Of all ranks; all call it.</summary>
    public static RankEffort[] Gather(MpiCommunicator world, Training training)
    {
        RankEffort[] all = new RankEffort[world.Size];
        MpiTraffic traffic = training.Traffic;
        world.AllGather<RankEffort>([new RankEffort(training.Classes, traffic.BytesSent, training.Elapsed, traffic.Time)], all);
        return all;
    }
}
