using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Oracle;
using Xunit;

namespace OutputGrad.Tests.Features.Filters;

/// <summary>
/// A class all of whose residuals are left out keeps its weights, its bias and all that the optimizer remembers of them, decay or not.
/// </summary>
public abstract class LazySteps<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const double WeightThreshold = 1.0 / 256;

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
    public void ClassesWithAnythingToKeepAreTouchedAndOthersAreNot(int rows, int classes, int features)
    {
        LayerBatch<T> batch = Batch(rows, classes, features);
        CrossEntropyOracle oracle = batch.Oracle();
        ErrorBounds<T> bounds = new(oracle);
        bool[] isStarted = IsStarted(batch);

        double[] largest = [.. Enumerable.Range(0, classes).Select(
            v => Enumerable.Range(0, rows).Max(n => Math.Abs(oracle.Residual(n, v))))];
        double[] errors = [.. Enumerable.Range(0, classes).Select(v => Enumerable.Range(0, rows).Max(n => bounds.Residual(n, v)))];
        HashSet<int> targets = [.. batch.Targets!];
        bool MustStay(int v) => targets.Contains(v) || largest[v] - errors[v] >= WeightThreshold;
        bool MayGo(int v) => !targets.Contains(v) && largest[v] + errors[v] < WeightThreshold * (1 - (64 * Near.Roundoff<T>()));

        for (int v = 0; v < classes; v++)
        {
            IEnumerable<int> neighbors = Enumerable.Range(v / 8 * 8, 8).Where(c => c < classes);
            Assert.True(isStarted[v] || !MustStay(v), $"class {v} is not isStarted");
            Assert.True(!isStarted[v] || !neighbors.All(MayGo), $"class {v} is isStarted");
        }
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public void MomentumAndDecayRestWithUntouchedClasses(int rows, int classes, int features)
    {
        LayerBatch<T> batch = Batch(rows, classes, features);
        int parameters = batch.Weights.Length + classes;
        T[] velocity = new RandomBatches(1).Grid<T>(parameters, .125, 1), expectedVelocity = [.. velocity];

        CheckSteps(
            batch, _ => new Momentum<T>(.05, velocity, weightDecay: .1), _ => new Momentum<T>(.05, expectedVelocity, weightDecay: .1));

        Exactly.SameBits<T>(expectedVelocity, velocity, "velocity");
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
            batch,
            step => new AdamW<T>(.01, first, second, step, weightDecay: .1),
            step => new AdamW<T>(.01, expectedFirst, expectedSecond, step, weightDecay: .1));

        Exactly.SameBits<T>(expectedFirst, first, "first moment");
        Exactly.SameBits<T>(expectedSecond, second, "second moment");
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
                actual.Weights, actual.Bias, actual.Labeled(), updateOfStep(step), default, actual.Options);

            LayerOutcome<T> outcome = expected.Run();
            UpdateTouched(expected, outcome, expectedUpdateOfStep(step));
            Assert.Equal(outcome.Result, result);
        }

        Exactly.SameBits<T>(expected.Weights, actual.Weights, "weights");
        Exactly.SameBits<T>(expected.Bias, actual.Bias, "bias");
    }

    private static void UpdateTouched<TUpdate>(LayerBatch<T> layer, LayerOutcome<T> outcome, TUpdate update)
        where TUpdate : struct, IWeightUpdate<T>
    {
        (bool[] isStarted, int features) = (IsStarted(layer), layer.Features);
        foreach (int v in Enumerable.Range(0, layer.Classes).Where(v => isStarted[v]))
        {
            update.Update(layer.Weights.AsSpan(v * features, features), outcome.Weights.AsSpan(v * features, features), (long)v * features);
            update.Update(layer.Bias.AsSpan(v, 1), outcome.Bias.AsSpan(v, 1), layer.Weights.Length + v);
        }
    }

    /// <summary>Which classes a step hands over.</summary>
    private static bool[] IsStarted(LayerBatch<T> batch)
    {
        RecordingUpdate<T> update = new(batch.Weights.Length + batch.Classes);
        LinearCrossEntropy.Step([.. batch.Weights], [.. batch.Bias!], batch.Labeled(), update, default, batch.Options);
        return [.. Enumerable.Range(0, batch.Classes).Select(v => update.Times[v * batch.Features] > 0)];
    }

    private static LayerBatch<T> Batch(int rows, int classes, int features) =>
        TrainedLayers.Make<T>(rows, classes, features).Filtered(0, WeightThreshold);
}

public sealed class LazyStepsInFloat : LazySteps<float>;

public sealed class LazyStepsInDouble : LazySteps<double>;
