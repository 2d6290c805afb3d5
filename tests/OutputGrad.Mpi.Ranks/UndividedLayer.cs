using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace OutputGrad.Mpi.Ranks;

/// <summary>A layer whose classes are split over the ranks against the undivided one.</summary>
internal static class UndividedLayer
{
    /// <summary>Few rows, several strips, several chunks; the last block whole or not.</summary>
    private static readonly (int Rows, int Features, int Classes)[] Shapes = [(3, 40, 2_100), (45, 17, 2_560), (1_030, 5, 2_050)];

    /// <summary>
    /// Shards that begin at multiples of 512 classes: loss, dL/dW, dL/db and the parameters after a step have the bits of the undivided
    /// layer. Of dL/dH, which has the same bits in all ranks, rank 0 writes a hash, for other MPIs must have them too.
    /// </summary>
    public static void AtBlocks(MpiCommunicator world)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach ((int rows, int features, int classes) in Shapes)
        {
            for (int variety = 0; variety < Problem<float>.Varieties; variety++)
            {
                AtBlocks(world, new Problem<float>(variety, rows, features, classes), hash);
                AtBlocks(world, new Problem<double>(variety, rows, features, classes), hash);
            }
        }

        byte[] mine = hash.GetHashAndReset(), all = new byte[mine.Length * world.Size];
        world.AllGather<byte>(mine, all);
        for (int rank = 0; rank < world.Size; rank++)
        {
            Verify.SameBits<byte>(mine, all.AsSpan(rank * mine.Length, mine.Length), $"dL/dH in rank {rank}");
        }

        if (world.Rank == 0)
        {
            Console.WriteLine($"dL/dH {Convert.ToHexString(mine)}");
        }
    }

    /// <summary>Cuts anywhere, down to one class for each rank: the same but for rounding.</summary>
    public static void Anywhere(MpiCommunicator world)
    {
        for (int variety = 0; variety < Problem<float>.Varieties; variety++)
        {
            foreach (bool few in (bool[])[false, true])
            {
                int classes = few ? world.Size : 701;
                Anywhere(world, new Problem<float>(variety, 33, 20, classes));
                Anywhere(world, new Problem<double>(variety, 4, 20, classes));
            }
        }
    }

    /// <summary>A rank's classes, as even as can be in units of so many.</summary>
    public static Range Cut(int classes, int part, int parts, int unit)
    {
        int units = (classes + unit - 1) / unit;
        return Math.Min(classes, unit * (units * part / parts))..Math.Min(classes, unit * (units * (part + 1) / parts));
    }

    private static void AtBlocks<T>(MpiCommunicator world, Problem<T> problem, IncrementalHash hash)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Range own = Cut(problem.Classes, world.Rank, world.Size, unit: 512);
        Gradients<T> whole = Gradients<T>.OfAll(problem), shard = Gradients<T>.OfShard(world, problem, own);
        (T[] weights, T[] bias) = whole.Of(own, problem.Features);
        Verify.That(
            shard.Result with { FilteredMass = 0 } == whole.Result with { FilteredMass = 0 }
                || (double.IsNaN(whole.Result.Loss) && double.IsNaN(shard.Result.Loss)),
            $"the result of {problem.Name}: {shard.Result}, {whole.Result}");
        Verify.SameBits<T>(weights, shard.Weights, $"dL/dW of {problem.Name}");
        Verify.SameBits<T>(bias, shard.Bias, $"dL/db of {problem.Name}");
        CheckHidden(problem, whole, shard.Hidden);
        hash.AppendData(MemoryMarshal.AsBytes(shard.Hidden.AsSpan()));
        if (!problem.Options.AccumulateGradients)
        {
            CheckStep(world, problem, own);
        }
    }

    private static void CheckStep<T>(MpiCommunicator world, Problem<T> problem, Range own)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] weights = [.. problem.Weights], bias = [.. problem.Bias];
        T[] ownWeights = problem.WeightsOf(own), ownBias = problem.BiasOf(own), hidden = new T[problem.Hidden.Length];
        (int first, _) = own.GetOffsetAndLength(problem.Classes);
        CrossEntropyResult expected = LinearCrossEntropy.Step(
            weights, bias, problem.Batch(..), Optimizer<T>(weights.Length + bias.Length), options: problem.Options);
        CrossEntropyResult result = ShardedCrossEntropy.Step(
            world,
            ownWeights,
            ownBias,
            problem.Batch(..),
            first,
            problem.Classes,
            Optimizer<T>(ownWeights.Length + ownBias.Length),
            hidden,
            problem.Options);
        Verify.That(expected.Loss.Equals(result.Loss), $"the loss of a step of {problem.Name}");
        int features = problem.Features, end = first + (ownWeights.Length / features);
        Verify.SameBits<T>(weights.AsSpan((first * features)..(end * features)), ownWeights, $"weights after a step of {problem.Name}");
        Verify.SameBits<T>(bias.Length == 0 ? [] : bias.AsSpan(first..end), ownBias, $"biases after a step of {problem.Name}");
    }

    private static void Anywhere<T>(MpiCommunicator world, Problem<T> problem)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Range own = Cut(problem.Classes, world.Rank, world.Size, unit: 1);
        if (problem.Options.HiddenFilterThreshold > 0)
        {
            // which residuals are left out depends on the cuts
            problem.Options = problem.Options with { HiddenFilterThreshold = 0, WeightFilterThreshold = 0 };
        }

        Gradients<T> whole = Gradients<T>.OfAll(problem), shard = Gradients<T>.OfShard(world, problem, own);
        (T[] weights, T[] bias) = whole.Of(own, problem.Features);
        Verify.That(
            (whole.Result.Rows, whole.Result.Correct) == (shard.Result.Rows, shard.Result.Correct)
                && Math.Abs(whole.Result.Loss - shard.Result.Loss) <= 1e-6 * Math.Abs(whole.Result.Loss),
            $"the result of {problem.Name}: {shard.Result}, {whole.Result}");
        Verify.Near<T>(weights, shard.Weights, problem.RowRoundoffs, problem.RowSum, $"dL/dW of {problem.Name}");
        Verify.Near<T>(bias, shard.Bias, problem.RowRoundoffs, problem.RowSum, $"dL/db of {problem.Name}");
        CheckHidden(problem, whole, shard.Hidden);
    }

    private static void CheckHidden<T>(Problem<T> problem, Gradients<T> whole, T[] hidden)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Verify.Near<T>(whole.Hidden, hidden, problem.ClassRoundoffs, problem.ClassSum, $"dL/dH of {problem.Name}");

    public static AdamW<T> Optimizer<T>(int parameters)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => new(.01, new T[parameters], new T[parameters], step: 1);
}
