using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using Xunit;

namespace OutputGrad.Tests.Bits;

/// <summary>Where the numbers lie in memory, and how many threads work on them, changes no bit of any result.</summary>
public abstract class Placement<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [Fact]
    public void InPlaceEqualsOutOfPlaceBitForBit()
    {
        for (int classes = 1; classes <= 130; classes++)
        {
            LogitBatch<T> batch = new RandomBatches(classes).Logits<T>(1 + (classes % 5), classes);
            LogitOutcome<T> expected = FromLogits.Run(batch);
            LogitOutcome<T> outcome = batch.Outcome();
            T[] both = [.. batch.Logits];

            CrossEntropyResult result = batch.Targets is { } targets
                ? SoftmaxCrossEntropy.LossAndGradient(both, targets, both, batch.Options, batch.RowWeights, outcome.Rows.Destination)
                : SoftmaxCrossEntropy.LossAndGradient(
                    both, batch.SoftTargets!, batch.Rows, both, batch.Options, batch.RowWeights, outcome.Rows.Destination);

            Exactly.SameBits(expected, outcome with { Result = result, Gradient = both }, $"of {classes} classes");
        }
    }

    [Fact]
    public void UnalignedLogitsGiveTheSameBits()
    {
        for (int offset = 0; offset <= 16; offset++)
        {
            LogitBatch<T> batch = new RandomBatches(100 + offset).Logits<T>(3, 37 + offset);
            LogitOutcome<T> expected = FromLogits.Run(batch);
            Memory<T> logits = At(offset, batch.Logits), gradient = At(16 - offset, new T[batch.Logits.Length]);
            Memory<T> rowWeights = At(offset, batch.RowWeights ?? []), soft = At(offset, batch.SoftTargets ?? []);

            CrossEntropyResult result = batch.Targets is { } targets
                ? SoftmaxCrossEntropy.LossAndGradient(logits.Span, targets, gradient.Span, batch.Options, rowWeights.Span)
                : SoftmaxCrossEntropy.LossAndGradient(logits.Span, soft.Span, batch.Rows, gradient.Span, batch.Options, rowWeights.Span);

            Assert.Equal(expected.Result, result);
            Exactly.SameBits<T>(expected.Gradient, gradient.Span, $"gradient at offset {offset}");
        }
    }

    [Fact]
    public void AnUnalignedLayerGivesTheSameBits()
    {
        for (int offset = 0; offset <= 16; offset++)
        {
            LayerBatch<T> batch = new RandomBatches(200 + offset).Layer<T>(11, 29 + offset, 21);
            LayerOutcome<T> expected = batch.Run();
            Memory<T> weights = At(offset, batch.Weights), hidden = At((offset + 5) % 17, batch.Hidden),
                bias = At(16 - offset, batch.Bias ?? []);
            Memory<T> rowWeights = At(offset, batch.RowWeights ?? []), soft = At((offset + 3) % 17, batch.SoftTargets ?? []);
            Memory<T> hiddenGradient = At(offset, new T[hidden.Length]), weightGradient = At(16 - offset, new T[weights.Length]);
            Memory<T> biasGradient = At((offset + 7) % 17, new T[batch.Classes]);
            LabeledBatch<T> labeled = batch.Targets is { } targets
                ? new(hidden.Span, targets) { RowWeights = rowWeights.Span }
                : new(hidden.Span, soft.Span, batch.Rows) { RowWeights = rowWeights.Span };

            CrossEntropyResult result = LinearCrossEntropy.LossAndGradient(
                new OutputLayer<T>(weights.Span, bias.Span),
                labeled,
                new OutputGradients<T> { Hidden = hiddenGradient.Span, Weights = weightGradient.Span, Bias = biasGradient.Span },
                batch.Options);

            Assert.Equal(expected.Result, result);
            Exactly.SameBits<T>(expected.Hidden, hiddenGradient.Span, $"hidden gradient at offset {offset}");
            Exactly.SameBits<T>(expected.Weights, weightGradient.Span, $"weight gradient at offset {offset}");
            Exactly.SameBits<T>(expected.Bias, biasGradient.Span, $"bias gradient at offset {offset}");
        }
    }

    [Fact]
    public void TheNumberOfThreadsChangesNoBit()
    {
        for (int variety = 0; variety < 6; variety++)
        {
            LayerBatch<T> batch = new RandomBatches(300 + variety).Layer<T>(90, 700, 48);
            LayerOutcome<T> one = (batch with { Options = batch.Options with { MaxDegreeOfParallelism = 1 } }).Run();
            foreach (int threads in (int[])[-1, 2, 3, 7])
            {
                LayerOutcome<T> many = (batch with { Options = batch.Options with { MaxDegreeOfParallelism = threads } }).Run();

                Exactly.SameBits(one, many, $"with {threads} threads");
            }
        }
    }

    [Fact]
    public void TheSecondRunIsTheFirst()
    {
        LayerBatch<T> batch = new RandomBatches(400).Layer<T>(60, 500, 48);
        Exactly.SameBits(batch.Run(), batch.Run(before: 3), "in the second run");
    }

    /// <summary>What is not asked for changes nothing about what is.</summary>
    [Fact]
    public void EachGradientAloneHasTheSameBits()
    {
        LayerBatch<T> batch =
            new RandomBatches(500).Layer<T>(33, 70, 19) with { SoftTargets = null, Targets = [.. Enumerable.Range(0, 33)] };
        LayerOutcome<T> expected = batch.Run();
        T[] hidden = new T[batch.Hidden.Length], weights = new T[batch.Weights.Length], bias = new T[batch.Classes];
        OutputLayer<T> layer = new(batch.Weights, batch.Bias);
        LabeledBatch<T> labeled = new(batch.Hidden, batch.Targets!) { RowWeights = batch.RowWeights };

        CrossEntropyResult[] results =
        [
            LinearCrossEntropy.Loss(layer, labeled, batch.Options),
            LinearCrossEntropy.LossAndGradient(layer, labeled, default, batch.Options),
            LinearCrossEntropy.LossAndGradient(layer, labeled, new OutputGradients<T> { Hidden = hidden }, batch.Options),
            LinearCrossEntropy.LossAndGradient(layer, labeled, new OutputGradients<T> { Weights = weights }, batch.Options),
            LinearCrossEntropy.LossAndGradient(layer, labeled, new OutputGradients<T> { Bias = bias }, batch.Options),
        ];

        Assert.All(results, result => Assert.Equal(expected.Result, result));
        Exactly.SameBits<T>(expected.Hidden, hidden, "hidden gradient");
        Exactly.SameBits<T>(expected.Weights, weights, "weight gradient");
        Exactly.SameBits<T>(expected.Bias, bias, "bias gradient");
    }

    /// <summary>The same numbers, that many elements into an array.</summary>
    private static Memory<T> At(int offset, T[] values)
    {
        T[] shifted = new T[offset + values.Length];
        values.CopyTo(shifted, offset);
        return shifted.AsMemory(offset);
    }
}

public sealed class PlacementInFloat : Placement<float>;

public sealed class PlacementInDouble : Placement<double>;
