using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using Xunit;

namespace OutputGrad.Tests.Features;

/// <summary><see cref="LinearCrossEntropy.Step"/>: whom it hands which parameters, and when.</summary>
public abstract class Steps<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Few rows, one tile of rows, more, several chunks; most of them work for several threads.</summary>
    public static readonly TheoryData<int, int, int> Shapes = [(4, 1_201, 1_101), (8, 40, 50), (40, 513, 300), (1_100, 40, 33)];

    [Theory]
    [MemberData(nameof(Shapes))]
    public void AStructIsAnUpdateAsAClassIs(int rows, int classes, int features)
    {
        LayerBatch<T> batch = new RandomBatches(rows).Layer<T>(rows, classes, features);
        T[] weights = [.. batch.Weights], bias = [.. batch.Bias ?? []];
        LayerOutcome<T> expected = batch.Step();

        CrossEntropyResult result = LinearCrossEntropy.Step<T, Descent>(weights, bias, batch.Labeled(), default, options: batch.Options);

        Assert.Equal(expected.Result, result);
        Exactly.SameBits<T>(Moved(batch.Weights, expected.Weights), weights, "weights");
        Exactly.SameBits<T>(Moved(batch.Bias ?? [], expected.Bias), bias, "bias");
    }

    /// <summary>Every number of threads hands over every parameter once, with the same gradient.</summary>
    [Theory]
    [MemberData(nameof(Shapes))]
    public void TheNumberOfThreadsChangesNothing(int rows, int classes, int features)
    {
        LayerBatch<T> batch = new RandomBatches(rows + 1).Layer<T>(rows, classes, features);
        LayerOutcome<T> one = (batch with { Options = batch.Options with { MaxDegreeOfParallelism = 1 } }).Step();
        foreach (int threads in (int[])[-1, 2, 3, 7])
        {
            LayerBatch<T> parallel = batch with { Options = batch.Options with { MaxDegreeOfParallelism = threads } };
            Exactly.SameBits(one, parallel.Step(), $"with {threads} threads");
        }
    }

    /// <summary>The gradient of no rows is zero, and the optimizer may still decay.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void NoRowsAreAStepWithoutGradient(bool hasBias)
    {
        LayerBatch<T> batch =
            new RandomBatches(1).Layer<T>(9, 5, 3) with { Targets = null, SoftTargets = null, RowWeights = null, Options = new() };
        batch = batch with { Bias = hasBias ? new RandomBatches(2).Grid<T>(5, .125, 2) : null };
        foreach (LayerBatch<T> without in (LayerBatch<T>[])[
            batch with { Targets = [.. Enumerable.Repeat(-100, 9)] },
            batch with { Targets = [], Hidden = [] },
            batch with { SoftTargets = [], Hidden = [] }])
        {
            LayerOutcome<T> outcome = without.Step();

            Assert.Equal((0, double.NaN), (outcome.Result.Rows, outcome.Result.Loss));
            Exactly.SameBits<T>(new T[batch.Weights.Length], outcome.Weights, "weight gradient");
            Exactly.SameBits<T>(new T[hasBias ? 5 : 0], outcome.Bias, "bias gradient");
            Exactly.SameBits<T>(new T[without.Hidden.Length], outcome.Hidden, "hidden gradient");
        }
    }

    [Fact]
    public void WhatIsNotAskedForChangesNothing()
    {
        LayerBatch<T> batch = new RandomBatches(500).Layer<T>(33, 70, 19);
        LayerOutcome<T> expected = batch.Step();
        T[] weights = [.. batch.Weights], bias = [.. batch.Bias ?? []];
        RecordingUpdate<T> update = new(weights.Length + bias.Length);

        CrossEntropyResult result = LinearCrossEntropy.Step<T, RecordingUpdate<T>>(
            weights, bias, batch.Labeled(), update, options: batch.Options);

        Assert.Equal(expected.Result, result);
        Exactly.SameBits<T>([.. expected.Weights, .. expected.Bias], update.Gradient, "gradient");
    }

    [Fact]
    public void WithoutOptionsTheDefaultsHold()
    {
        LayerBatch<T> batch =
            new RandomBatches(3).Layer<T>(10, 20, 5) with { SoftTargets = null, Targets = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], Options = new() };
        T[] weights = [.. batch.Weights], bias = [.. batch.Bias ?? []];

        Assert.Equal(batch.Step().Result, LinearCrossEntropy.Step<T, Descent>(weights, bias, batch.Labeled(), default));
    }

    /// <summary>Whatever block it comes from, on the calling thread or another's; and the next step is right again.</summary>
    [Theory]
    [MemberData(nameof(Shapes))]
    public void AnExceptionOfTheUpdateReachesTheCallerAsItself(int rows, int classes, int features)
    {
        LayerBatch<T> batch = new RandomBatches(rows + 2).Layer<T>(rows, classes, features) with { Bias = new T[classes] };
        int parameters = batch.Weights.Length + classes;
        foreach (int threads in (int[])[1, 3])
        {
            CrossEntropyOptions options = batch.Options with { MaxDegreeOfParallelism = threads };
            foreach (int failing in (int[])[0, parameters / 2, batch.Weights.Length - 1, parameters - 1])
            {
                InvalidOperationException thrown = new("the update said so");
                T[] weights = [.. batch.Weights], bias = [.. batch.Bias];

                InvalidOperationException caught = Assert.Throws<InvalidOperationException>(() => LinearCrossEntropy.Step<T, FailingUpdate>(
                    weights, bias, batch.Labeled(), new(failing, thrown), options: options));

                Assert.Same(thrown, caught);
                Assert.Equal("the update said so", caught.Message);
            }

            (batch with { Options = options }).CompareStep();
        }
    }

    [Theory]
    [InlineData(3, 600, 40)]
    [InlineData(20, 700, 33)]
    [InlineData(150, 700, 20)]
    [InlineData(40, 5_000, 24)]
    public void TheLeastWorkspaceThatWorksIsSaidAndWorks(int rows, int classes, int features)
    {
        LayerBatch<T> batch = new RandomBatches(rows).Layer<T>(rows, classes, features) with
        {
            SoftTargets = null,
            Targets = [.. Enumerable.Range(0, rows)],
            Options = new(),
        };
        long least = LeastWorkspace.OfStep(batch);

        (batch with { Options = new() { MaxWorkspaceBytes = least } }).CompareStep();

        T[] weights = [.. batch.Weights], bias = [.. batch.Bias ?? []];
        ArgumentException refusal = Assert.Throws<ArgumentException>(() => LinearCrossEntropy.Step<T, Descent>(
            weights, bias, batch.Labeled(), default, options: new() { MaxWorkspaceBytes = least - 1 }));
        Assert.All(
            (string[])["MaxWorkspaceBytes", $"{least - 1}", $"{least}"],
            text => Assert.Contains(text, refusal.Message, StringComparison.Ordinal));
        Exactly.SameBits<T>(batch.Weights, weights, "weights after the refusal");
        Exactly.SameBits<T>(batch.Bias ?? [], bias, "bias after the refusal");
    }

    private static T[] Moved(T[] parameters, T[] gradient) => [.. parameters.Zip(gradient, (parameter, slope) => parameter - slope)];

    private readonly struct Descent : IWeightUpdate<T>
    {
        public void Update(Span<T> weights, ReadOnlySpan<T> gradient, long index)
        {
            for (int i = 0; i < weights.Length; i++)
            {
                weights[i] -= gradient[i];
            }
        }
    }

    /// <summary>Throws when it is handed a certain parameter.</summary>
    private readonly struct FailingUpdate(int failing, Exception exception) : IWeightUpdate<T>
    {
        public void Update(Span<T> weights, ReadOnlySpan<T> gradient, long index)
        {
            if (failing >= index && failing < index + weights.Length)
            {
                throw exception;
            }
        }
    }
}

public sealed class StepsInFloat : Steps<float>;

public sealed class StepsInDouble : Steps<double>;
