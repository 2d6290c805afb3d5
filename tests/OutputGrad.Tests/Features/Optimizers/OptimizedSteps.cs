using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using Xunit;

namespace OutputGrad.Tests.Features.Optimizers;

/// <summary>
/// Three steps with each optimizer against three gradients and updates, handed over whole: the same bits of parameters and of what the
/// optimizer remembers, however the step cuts them into blocks.
/// </summary>
public abstract class OptimizedSteps<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static readonly TheoryData<int, int, int> Shapes =
    [
        (1, 513, 37), (7, 40, 5), (8, 1_025, 19), (130, 257, 513), (1_100, 20, 33),

        // few rows of many features, whose gradient the optimizer makes itself, and one row too many or a feature too few
        (1, 1_100, 257), (2, 513, 256), (3, 37, 1_025), (4, 600, 301), (1, 3, 1_100_000), (5, 40, 301), (4, 40, 255),
    ];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void SgdIsTheGradientAndTheUpdate(int rows, int classes, int features) =>
        Compare(rows, classes, features, (_, _) => new Sgd<T>(.3, weightDecay: .01));

    [Theory]
    [MemberData(nameof(Shapes))]
    public void MomentumIsTheGradientAndTheUpdate(int rows, int classes, int features) =>
        Compare(rows, classes, features, (state, _) => new Momentum<T>(.3, state.First, weightDecay: .01, nesterov: true));

    [Theory]
    [MemberData(nameof(Shapes))]
    public void AdamWIsTheGradientAndTheUpdate(int rows, int classes, int features) =>
        Compare(rows, classes, features, (state, step) => new AdamW<T>(.01, state.First, state.Second, step));

    /// <summary>An optimizer has its step where no row counts too: every parameter once, however many there are.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 85)]
    [InlineData(16, 16)]
    [InlineData(3, 233)]
    public void WithoutRowsTheGradientIsZero(int classes, int features)
    {
        T[] weights = new RandomBatches(1).Anywhere<T>(classes * features, 1), bias = new RandomBatches(2).Anywhere<T>(classes, 1);
        T[] before = [.. weights, .. bias];
        RecordingUpdate<T> update = new(before.Length);
        update.Gradient.AsSpan().Fill(T.NaN);

        CrossEntropyResult result = LinearCrossEntropy.Step<T, RecordingUpdate<T>>(
            weights, bias, new(new T[2 * features], [-100, -100]), update);

        Assert.Equal(0, result.Rows);
        Assert.All(update.Times.ToArray(), times => Assert.Equal(1, times));
        Assert.All(update.Gradient, slope => Assert.Equal(T.Zero, slope));
        Exactly.SameBits<T>(before, update.Before, "parameters handed over");
    }

    private static void Compare<TUpdate>(int rows, int classes, int features, Func<State, int, TUpdate> optimizer)
        where TUpdate : IWeightUpdate<T>
    {
        for (int seed = 0; seed < 4; seed++)
        {
            LayerBatch<T> batch = new RandomBatches(seed).Layer<T>(rows, classes, features);
            State stepped = new(batch), updated = new(batch);
            for (int step = 1; step <= 3; step++)
            {
                LinearCrossEntropy.Step(stepped.Weights, stepped.Bias, batch.Labeled(), optimizer(stepped, step), options: batch.Options);

                LayerOutcome<T> gradient =
                    (batch with { Weights = updated.Weights, Bias = batch.Bias is null ? null : updated.Bias }).Run();
                TUpdate update = optimizer(updated, step);
                update.Update(updated.Weights, gradient.Weights, 0);
                update.Update(updated.Bias, gradient.Bias.AsSpan(0, updated.Bias.Length), updated.Weights.Length);
            }

            Assert.NotEqual(batch.Weights, stepped.Weights);
            Exactly.SameBits<T>(updated.Weights, stepped.Weights, "weights");
            Exactly.SameBits<T>(updated.Bias, stepped.Bias, "bias");
            Exactly.SameBits<T>(updated.First, stepped.First, "velocity or first moment");
            Exactly.SameBits<T>(updated.Second, stepped.Second, "second moment");
        }
    }

    /// <summary>The parameters on their way and two numbers for each of them.</summary>
    private sealed class State(LayerBatch<T> batch)
    {
        public T[] Weights { get; } = [.. batch.Weights];

        public T[] Bias { get; } = [.. batch.Bias ?? []];

        public T[] First { get; } = new T[batch.Weights.Length + (batch.Bias?.Length ?? 0)];

        public T[] Second { get; } = new T[batch.Weights.Length + (batch.Bias?.Length ?? 0)];
    }
}

public sealed class OptimizedStepsInFloat : OptimizedSteps<float>;

public sealed class OptimizedStepsInDouble : OptimizedSteps<double>;
