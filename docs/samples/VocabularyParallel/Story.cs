using OutputGrad.Mpi;
using Samples;

namespace VocabularyParallel;

/// <summary>The sample from beginning to end, in every rank.</summary>
internal static class Story
{
    public static void Tell(MpiCommunicator world, Settings settings)
    {
        RequireOneFolder(world, settings.Resumed);
        if (settings.Resumed is null && world.Rank == 0)
        {
            Checkpoint.RemoveAll(settings.Folder);
        }

        world.Barrier();
        ClassRange own = ClassRange.Of(settings.Recipe.Classes, world.Rank, world.Size);
        Shard shard = settings.Resumed?.Load(own, settings.Recipe) ?? new Shard(own, settings.Recipe.Features);
        Report.Start(settings, RankStart.Gather(world, own));

        Training training = new(world, settings, shard);
        Checkpoint last = WorkProgress.Show(training.Run);
        Report.Ranks(RankEffort.Gather(world, training));

        if (settings.Check > 0)
        {
            // a checkpoint that other ranks wrote is written again by these
            Checkpoint files = last.Ranks == world.Size ? last : Checkpoint.Save(world, settings, shard, last.Step);
            Report.Check(UndividedCheck.Run(world, settings, files));
        }

        Report.Hash(WeightsHash.Of(world, settings.Recipe, shard), settings);
    }

    private static void RequireOneFolder(MpiCommunicator world, Checkpoint? resumed)
    {
        int[] steps = new int[world.Size];
        world.AllGather<int>([resumed?.Step ?? 0], steps);
        int other = Array.FindIndex(steps, step => step != steps[0]);
        if (other >= 0)
        {
            throw new InvalidOperationException(
                $"Rank {other} sees the checkpoint of step {steps[other]}, and rank 0 that of step {steps[0]}: they need one folder.");
        }
    }
}
