using System.Diagnostics;
using OutputGrad;
using OutputGrad.Mpi;
using Samples;

namespace VocabularyParallel;

/// <summary>The steps of all ranks, with a checkpoint now and then.</summary>
/// <param name="world">The ranks.</param>
/// <param name="settings">What to do.</param>
/// <param name="shard">This rank's part of the layer, which is trained.</param>
internal sealed class Training(MpiCommunicator world, Settings settings, Shard shard)
{
    /// <summary>How many classes this rank has.</summary>
    public int Classes => shard.Classes.Count;

    /// <summary>Of the steps alone, without drawing their batches and writing checkpoints.</summary>
    public TimeSpan Elapsed { get; private set; }

    /// <summary>What the steps have exchanged.</summary>
    public MpiTraffic Traffic { get; private set; }

    /// <returns>The last checkpoint.</returns>
    public Checkpoint Run(IProgress<WorkDone> progress)
    {
        DrawnText text = new(settings.Recipe);
        float[] hiddenGradient = new float[settings.Recipe.Rows * settings.Recipe.Features];
        CrossEntropyOptions options = new() { MaxDegreeOfParallelism = settings.Threads };
        Checkpoint? last = settings.Resumed;
        int first = (last?.Step ?? 0) + 1;
        for (int step = first; step <= settings.Steps; step++)
        {
            LabeledBatch<float> batch = text.Batch(step);
            MpiTraffic before = world.Traffic;
            long start = Stopwatch.GetTimestamp();

            // The slopes of the hidden states are what a model below this layer would learn from.
            CrossEntropyResult result = ShardedCrossEntropy.Step(
                world,
                shard.Weights.Span,
                shard.Biases.Span,
                batch,
                shard.Classes.First,
                settings.Recipe.Classes,
                shard.Optimizer(settings.Recipe.LearningRate, step),
                hiddenGradient,
                options);
            Elapsed += Stopwatch.GetElapsedTime(start);
            Traffic += world.Traffic - before;
            if (step % settings.SaveEvery == 0 || step == settings.Steps)
            {
                last = Checkpoint.Save(world, settings, shard, step);
            }

            double share = (step - first + 1.0) / (settings.Steps - first + 1);
            progress.Report(new WorkDone(share, $"step {step,7}  loss {result.Loss:0.0000}"));
        }

        return last!;
    }
}
