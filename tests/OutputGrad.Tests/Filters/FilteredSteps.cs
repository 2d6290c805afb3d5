using System.Numerics;
using OutputGrad.Tests.Oracle;
using Xunit;

namespace OutputGrad.Tests.Filters;

/// <summary>A filtered step is the filtered gradient and the update of the classes that have any: the others keep their weights and their state.</summary>
public abstract class FilteredSteps<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const double HiddenThreshold = 1.0 / 512, WeightThreshold = 1.0 / 256;

    /// <summary>Few rows, several strips and blocks, several chunks; rows, classes and features.</summary>
    public static readonly TheoryData<int, int, int> Shapes = new()
    {
        { 1, 2_000, 12 },
        { 6, 3_001, 33 },
        { 8, 700, 12 },
        { 50, 1_500, 24 },
        { 1_030, 700, 6 },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void TheUpdateSeesTheFilteredGradientOfTouchedClassesAlone(int rows, int classes, int features)
    {
        LayerBatch<T> batch = Batch(rows, classes, features);
        LayerOutcome<T> expected = batch.Run();
        T[] weights = [.. batch.Weights], bias = [.. batch.Bias!], hidden = new T[batch.Hidden.Length];
        StepRecord<T> record = new(weights.Length + classes);

        CrossEntropyResult result = LinearCrossEntropy.Step(weights, bias, batch.Labeled(), record, hidden, batch.Options);

        Assert.Equal(expected.Result, result);
        Assert.True(result.FilteredMass > 0);
        Near.SameBits<T>(expected.HiddenGradient, hidden, "dL/dH");
        bool[] touched = [.. Enumerable.Range(0, classes).Select(v => record.Calls[v * features] > 0)];
        Assert.InRange(touched.Count(isTouched => isTouched), 1, classes - 8);
        for (int v = 0; v < classes; v++)
        {
            int calls = touched[v] ? 1 : 0;
            Range ofClass = (v * features)..((v + 1) * features);
            Assert.All(record.Calls[ofClass], count => Assert.Equal(calls, count));
            Assert.Equal(calls, record.Calls[weights.Length + v]);
            Assert.Equal(expected.WeightGradient[ofClass], record.Gradients[ofClass]);
            Assert.Equal(expected.BiasGradient[v], record.Gradients[weights.Length + v]);
            if (!touched[v])
            {
                Near.SameBits<T>(batch.Weights.AsSpan(ofClass), weights.AsSpan(ofClass), $"weights of class {v}");
                Near.SameBits<T>([batch.Bias![v]], [bias[v]], $"bias of class {v}");
            }
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void ClassesWithAnythingToKeepAreTouchedAndOthersAreNot(int rows, int classes, int features)
    {
        LayerBatch<T> batch = Batch(rows, classes, features);
        CrossEntropyOracle oracle = batch.Oracle();
        ErrorBounds<T> bounds = new(oracle);
        StepRecord<T> record = new(batch.Weights.Length + classes);
        LinearCrossEntropy.Step([.. batch.Weights], [.. batch.Bias!], batch.Labeled(), record, default, batch.Options);

        double[] largest = [.. Enumerable.Range(0, classes).Select(v => Enumerable.Range(0, rows).Max(n => Math.Abs(oracle.Residual(n, v))))];
        double[] errors = [.. Enumerable.Range(0, classes).Select(v => Enumerable.Range(0, rows).Max(n => bounds.Residual(n, v)))];
        HashSet<int> targets = [.. batch.Targets!];
        bool MustStay(int v) => targets.Contains(v) || largest[v] - errors[v] >= WeightThreshold;
        bool MayGo(int v) => !targets.Contains(v) && largest[v] + errors[v] < WeightThreshold * (1 - (64 * Near.Roundoff<T>()));

        for (int v = 0; v < classes; v++)
        {
            bool isTouched = record.Calls[v * features] > 0;
            IEnumerable<int> neighbours = Enumerable.Range(v / 8 * 8, 8).Where(c => c < classes);
            Assert.True(isTouched || !MustStay(v), $"class {v} is not touched");
            Assert.True(!isTouched || !neighbours.All(MayGo), $"class {v} is touched");
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void MomentumAndDecayRestWithUntouchedClasses(int rows, int classes, int features)
    {
        LayerBatch<T> batch = Batch(rows, classes, features);
        int parameters = batch.Weights.Length + classes;
        T[] velocity = new RandomBatches(1).Grid<T>(parameters, .125, 1), expectedVelocity = [.. velocity];

        CheckSteps(batch, _ => new Momentum<T>(.05, velocity, weightDecay: .1), _ => new Momentum<T>(.05, expectedVelocity, weightDecay: .1));

        Near.SameBits<T>(expectedVelocity, velocity, "velocity");
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void SoDoMoments(int rows, int classes, int features)
    {
        LayerBatch<T> batch = Batch(rows, classes, features);
        int parameters = batch.Weights.Length + classes;
        T[] first = new RandomBatches(1).Grid<T>(parameters, .125, 1), second = Array.ConvertAll(first, T.Abs);
        T[] expectedFirst = [.. first], expectedSecond = [.. second];

        CheckSteps(
            batch, step => new AdamW<T>(.01, first, second, step, weightDecay: .1), step => new AdamW<T>(.01, expectedFirst, expectedSecond, step, weightDecay: .1));

        Near.SameBits<T>(expectedFirst, first, "first moment");
        Near.SameBits<T>(expectedSecond, second, "second moment");
    }

    /// <summary>Two steps, against the filtered gradient and the same update of the classes that a step touches.</summary>
    private static void CheckSteps<TUpdate>(LayerBatch<T> batch, Func<int, TUpdate> updateOfStep, Func<int, TUpdate> expectedUpdateOfStep)
        where TUpdate : struct, IWeightUpdate<T>
    {
        LayerBatch<T> actual = batch with { Weights = [.. batch.Weights], Bias = [.. batch.Bias!] };
        LayerBatch<T> expected = batch with { Weights = [.. batch.Weights], Bias = [.. batch.Bias!] };
        for (int step = 1; step <= 2; step++)
        {
            CrossEntropyResult result = LinearCrossEntropy.Step(
                actual.Weights, actual.Bias, actual.Labeled(), updateOfStep(step), default, actual.Options with { HiddenFilterThreshold = 0 });

            LayerOutcome<T> outcome = (expected with { Options = expected.Options with { HiddenFilterThreshold = 0 } }).Run();
            UpdateTouched(expected, outcome, expectedUpdateOfStep(step));
            Assert.Equal(outcome.Result, result);
        }

        Near.SameBits<T>(expected.Weights, actual.Weights, "weights");
        Near.SameBits<T>(expected.Bias, actual.Bias, "bias");
    }

    private static void UpdateTouched<TUpdate>(LayerBatch<T> layer, LayerOutcome<T> outcome, TUpdate update)
        where TUpdate : struct, IWeightUpdate<T>
    {
        (int classes, int features) = (layer.Classes, layer.Features);
        StepRecord<T> record = new(layer.Weights.Length + classes);
        LinearCrossEntropy.Step([.. layer.Weights], [.. layer.Bias!], layer.Labeled(), record, default, layer.Options);
        foreach (int v in Enumerable.Range(0, classes).Where(v => record.Calls[v * features] > 0))
        {
            update.Update(layer.Weights.AsSpan(v * features, features), outcome.WeightGradient.AsSpan(v * features, features), (long)v * features);
            update.Update(layer.Bias.AsSpan(v, 1), outcome.BiasGradient.AsSpan(v, 1), layer.Weights.Length + v);
        }
    }

    private static LayerBatch<T> Batch(int rows, int classes, int features) => TrainedLayers.Make<T>(rows, classes, features) with
    {
        Options = new() { HiddenFilterThreshold = HiddenThreshold, WeightFilterThreshold = WeightThreshold },
    };
}

public sealed class FilteredStepsInFloat : FilteredSteps<float>;

public sealed class FilteredStepsInDouble : FilteredSteps<double>;
