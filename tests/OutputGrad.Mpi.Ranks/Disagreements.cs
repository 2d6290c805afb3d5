namespace OutputGrad.Mpi.Ranks;

/// <summary>Ranks that are called with what does not go together: all throw, none waits, and the next call is right again.</summary>
internal static class Disagreements
{
    private static readonly CrossEntropyOptions Options = new() { MaxDegreeOfParallelism = 1 };

    public static void All(MpiCommunicator world)
    {
        bool isOdd = world.Rank == 1;
        Problem<float> problem = new(0, 12, 4, 1_024) { Options = Options };
        Refuse(world, problem, "rank 1 has 11 rows, and rank 0 has 12", rows: isOdd ? ..11 : ..12);
        Refuse(world, problem, "rank 1 has options of", options: Options with { ZLoss = isOdd ? 1e-3 : 0 });
        Refuse(world, problem, "rank 1 counts 1025 classes", classes: isOdd ? 1_025 : 1_024);
        Refuse(world, problem, "rank 1 asks for dL/dH: None", asksForHidden: !isOdd);
        Refuse(world, problem, "'s shard begins at class", firstClass: isOdd ? 3 : null);

        Problem<float> other = new(0, 12, 4, 1_024) { Options = Options };
        other.Hidden[5] += isOdd ? 1 : 0;
        Refuse(world, other, "rank 1 has a batch of");
        other = new(0, 12, 4, 1_024) { Options = Options };
        other.Targets[11] = isOdd ? 77 : other.Targets[11];
        Refuse(world, other, "rank 1 has a batch of");

        CheckRefusalOfOne(world, problem);
        CheckFailureOfTheUpdate(world, problem);
        CheckOperations(world, problem);
        CheckLengths(world);
        Gradients<float> right = Gradients<float>.OfShard(world, problem, Own(world));
        Verify.That(right.Result.Loss > 0, "the next call");
    }

    private static Range Own(MpiCommunicator world) => UndividedLayer.Cut(1_024, world.Rank, world.Size, unit: 1);

    private static void Refuse(
        MpiCommunicator world,
        Problem<float> problem,
        string says,
        Range? rows = null,
        int classes = 1_024,
        CrossEntropyOptions? options = null,
        bool asksForHidden = true,
        int? firstClass = null)
    {
        Range own = Own(world);
        Range taken = rows ?? ..problem.Rows;
        float[] hidden = new float[asksForHidden ? taken.GetOffsetAndLength(problem.Rows).Length * problem.Features : 0];
        Array.Fill(hidden, 7);
        Verify.Throws<ArgumentException>(
            () => ShardedCrossEntropy.LossAndGradient(
                world,
                new OutputLayer<float>(problem.WeightsOf(own)),
                problem.Batch(taken),
                firstClass ?? own.Start.Value,
                classes,
                new() { Hidden = hidden },
                options ?? problem.Options),
            says);
        Verify.That(hidden.All(number => number == 7), "nothing has been written");
    }

    /// <summary>One rank refuses its arguments: it throws what it would alone, and the others say what it said.</summary>
    private static void CheckRefusalOfOne(MpiCommunicator world, Problem<float> problem)
    {
        Range own = Own(world);
        void Call(int target, int gradients)
        {
            int[] targets = [.. problem.Targets];
            targets[3] = target;
            ShardedCrossEntropy.LossAndGradient(
                world,
                new OutputLayer<float>(problem.WeightsOf(own)),
                new LabeledBatch<float>(problem.Hidden, targets),
                own.Start.Value,
                1_024,
                new() { Weights = new float[problem.WeightsOf(own).Length + gradients] },
                problem.Options);
        }

        if (world.Rank == 1)
        {
            Verify.Throws<ArgumentOutOfRangeException>(() => Call(5_000, 0), "targets[3] is 5000");
            Verify.Throws<ArgumentException>(() => Call(5, 1), "The weight gradient has");
        }
        else
        {
            Verify.Throws<InvalidOperationException>(() => Call(5, 0), "Rank 1 could not do its part");
            Verify.Throws<InvalidOperationException>(() => Call(5, 0), "The weight gradient has");
        }
    }

    private static void CheckFailureOfTheUpdate(MpiCommunicator world, Problem<float> problem)
    {
        using MpiGrid rows = new(world, classParts: 1);
        Range own = Own(world);
        void Step() => ShardedCrossEntropy.Step(
            world,
            problem.WeightsOf(own),
            [],
            problem.Batch(..),
            own.Start.Value,
            1_024,
            new Failing(world.Rank == 1),
            options: problem.Options);
        void StepOfRows() => ShardedCrossEntropy.Step(
            rows, problem.WeightsOf(..), [], problem.Batch(..), 0, 1_024, new Failing(world.Rank == 1), options: problem.Options);
        foreach (Action step in (Action[])[Step, StepOfRows])
        {
            if (world.Rank == 1)
            {
                Verify.Throws<NotSupportedException>(step, "the update had enough");
            }
            else
            {
                Verify.Throws<InvalidOperationException>(step, "the update had enough");
            }
        }
    }

    private static void CheckOperations(MpiCommunicator world, Problem<float> problem)
    {
        Range own = Own(world);
        Verify.Throws<ArgumentException>(
            () =>
            {
                if (world.Rank == 1)
                {
                    ShardedCrossEntropy.Step(
                        world, problem.WeightsOf(own), [], problem.Batch(..), own.Start.Value, 1_024, new Sgd<float>(1), default, Options);
                }
                else
                {
                    Gradients<float>.OfShard(world, problem, own);
                }
            },
            "rank 1 calls Step");
    }

    private static void CheckLengths(MpiCommunicator world)
    {
        float[] values = new float[world.Rank == 1 ? 3 : 2];
        Verify.Throws<ArgumentException>(() => world.Sum<float>(values), "Sum with 3 elements");
        Verify.Throws<ArgumentException>(() => world.Broadcast<float>(values), "Broadcast from rank 0 with 3 elements");
        Verify.Throws<ArgumentException>(() => world.Broadcast<float>(new float[2], world.Rank == 1 ? 1 : 0), "from rank 1");
        Verify.Throws<ArgumentException>(() => world.AllGather<float>(values, new float[values.Length * world.Size]), "AllGather with 3");
        Verify.Throws<ArgumentException>(
            () =>
            {
                if (world.Rank == 1)
                {
                    world.Sum<double>(new double[2]);
                }
                else
                {
                    world.Sum<float>(new float[2]);
                }
            },
            "8 bytes");
        Verify.Throws<NotSupportedException>(() => world.Sum<Half>(new Half[2]), "Half");
    }

    private readonly struct Failing(bool fails) : IWeightUpdate<float>
    {
        public void Update(Span<float> weights, ReadOnlySpan<float> gradient, long index)
        {
            if (fails)
            {
                throw new NotSupportedException("the update had enough");
            }
        }
    }
}
