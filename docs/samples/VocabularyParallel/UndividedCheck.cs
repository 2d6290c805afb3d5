using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using OutputGrad;
using OutputGrad.Mpi;
using OutputGrad.Storage;

namespace VocabularyParallel;

/// <summary>
/// Loss and gradients of the ranks, their shards read where they lie in their files, against those of the undivided layer.
/// </summary>
/// <param name="Rows">How many rows.</param>
/// <param name="Loss">Of the undivided layer.</param>
/// <param name="LossDifference">Of the ranks' loss from it.</param>
/// <param name="DifferentSlopes">How many numbers of dL/dW and dL/db have other bits, in all ranks.</param>
/// <param name="Slopes">Of how many.</param>
/// <param name="Hidden">The largest difference in dL/dH, in any rank, over the largest number in it.</param>
internal sealed record UndividedCheck(int Rows, double Loss, double LossDifference, long DifferentSlopes, long Slopes, double Hidden)
{
    /// <summary>All ranks call it; each has the memory of the whole layer and its gradient for a while.</summary>
    public static UndividedCheck Run(MpiCommunicator world, Settings settings, Checkpoint checkpoint)
    {
        Recipe recipe = settings.Recipe with { Rows = settings.Check };
        ClassRange own = ClassRange.Of(recipe.Classes, world.Rank, world.Size);
        CrossEntropyOptions options = new() { MaxDegreeOfParallelism = settings.Threads };
        LabeledBatch<float> batch = new DrawnText(recipe).Batch(0);
        Arrays ofRanks = new(recipe, own.Count), ofAll = new(recipe, recipe.Classes);
        CrossEntropyResult divided, undivided;
        using (SafetensorsFile file = SafetensorsFile.Open(checkpoint.PathOf(world.Rank)))
        {
            OutputLayer<float> layer = file.Layer(Shard.Weight, Shard.Bias);
            divided = ShardedCrossEntropy.LossAndGradient(world, layer, batch, own.First, recipe.Classes, ofRanks.Spans, options);
        }

        Shard whole = checkpoint.Load(ClassRange.Of(recipe.Classes, 0, 1), recipe);
        undivided = LinearCrossEntropy.LossAndGradient(new(whole.Weights.Span, whole.Biases.Span), batch, ofAll.Spans, options);

        Facts[] facts = new Facts[world.Size];
        world.AllGather<Facts>(
            [
                new Facts(
                    Different(ofRanks.Weights, ofAll.Weights.AsSpan(own.First * recipe.Features, ofRanks.Weights.Length))
                        + Different(ofRanks.Bias, ofAll.Bias.AsSpan(own.First, own.Count)),
                    Relative(ofRanks.Hidden, ofAll.Hidden)),
            ],
            facts);
        return new UndividedCheck(
            recipe.Rows,
            undivided.Loss,
            Math.Abs(divided.Loss - undivided.Loss),
            facts.Sum(rank => rank.DifferentSlopes),
            ofAll.Weights.Length + ofAll.Bias.Length,
            facts.Max(rank => rank.Hidden));
    }

    private static long Different(ReadOnlySpan<float> one, ReadOnlySpan<float> other) => TensorPrimitives.HammingDistance(
        MemoryMarshal.Cast<float, int>(one), MemoryMarshal.Cast<float, int>(other));

    private static double Relative(ReadOnlySpan<float> numbers, ReadOnlySpan<float> expected)
    {
        double difference = 0;
        for (int i = 0; i < numbers.Length; i++)
        {
            difference = Math.Max(difference, Math.Abs((double)numbers[i] - expected[i]));
        }

        return difference / Math.Abs(TensorPrimitives.MaxMagnitude(expected));
    }

    private readonly record struct Facts(long DifferentSlopes, double Hidden);

    private sealed class Arrays(Recipe recipe, int classes)
    {
        public float[] Hidden { get; } = new float[recipe.Rows * recipe.Features];

        public float[] Weights { get; } = new float[classes * recipe.Features];

        public float[] Bias { get; } = new float[classes];

        public OutputGradients<float> Spans => new() { Hidden = Hidden, Weights = Weights, Bias = Bias };
    }
}
