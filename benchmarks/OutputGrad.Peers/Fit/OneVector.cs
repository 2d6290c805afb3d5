using System.Globalization;
using OutputGrad.Benchmarks.Measurement;
using OutputGrad.Benchmarks.Problems;
using OutputGrad.Benchmarks.Reporting;
using OutputGrad.Training;

namespace OutputGrad.Peers.Fit;

/// <summary>
/// A classifier that learns from one vector, against libtorch's linear, cross_entropy, backward and AdamW, and one that is asked.
/// </summary>
internal static class OneVector
{
    private const double MostPredictMicroseconds = 10;

    private static readonly LayerShape Shape = new(1, 384, 77);

    public static ComparisonCase Case => ComparisonCase.Of<float>(Shape, 5, Measure);

    private static List<Finding> Measure(TimeSpan budget)
    {
        ClusteredVectors data = new(Shape, heldOut: 0);
        SoftmaxClassifier<int> classifier = new(Shape.Features, Enumerable.Range(0, Shape.Classes));
        float[] vector = data.Training.Hidden.ToArray();
        int[] label = data.Training.Targets.ToArray();
        using TorchAdamW peer = new(vector, label[0], Shape.Classes);
        Contestant partialFit = new("PartialFit", () => classifier.PartialFit(vector, label));
        Contestant predict = new("Predict", () => classifier.Predict(vector));
        Contestant theirs = new("libtorch", peer.Step);
        Timings timings = Alternation.Measure(budget, partialFit, predict, theirs);
        return
        [
            Finding.TimeRatio(1, theirs, partialFit, timings),
            Microseconds(predict).AtMost(MostPredictMicroseconds),
            Bytes(predict).AtMostBytes(0),
            Bytes(partialFit),
        ];

        Finding Microseconds(Contestant side) => new(1, $"microseconds of {side.Name}", timings.Seconds(side) * 1e6)
        {
            Text = (timings.Seconds(side) * 1e6).ToString("0.00", CultureInfo.InvariantCulture),
            Rounds = timings.Rounds,
        };

        static Finding Bytes(Contestant side)
        {
            double bytes = ManagedAllocation.PerCallOnThisThread(side.Run);
            return new(1, $"managed bytes of {side.Name}", bytes) { Text = Figures.Bytes(bytes) };
        }
    }
}
