using Microsoft.ML;
using Microsoft.ML.Data;
using OutputGrad.Training;

namespace Interop;

/// <summary>ML.NET: a data view's vectors and keys become a matrix and labels; its vectors may be sparse and its keys begin at 1.</summary>
internal static class MlNetVectors
{
    public static void Run(Flowers flowers)
    {
        MLContext context = new(seed: 1);
        IDataView rows = context.Data.LoadFromEnumerable(Enumerable.Range(0, flowers.Rows).Select(row => new Measured
        {
            Features = flowers.Measures[(row * Flowers.Features)..((row + 1) * Flowers.Features)],
            Label = flowers.Labels[row],
        }));
        IDataView keyed = context.Transforms.Conversion.MapValueToKey("Key", nameof(Measured.Label)).Fit(rows).Transform(rows);

        (float[] features, string[] labels, string[] kinds) = Read(keyed);
        SoftmaxClassifier<string> classifier = new(Flowers.Features, kinds);
        classifier.Fit(features, labels);
        Console.WriteLine($"ML.NET: the same vectors and labels: {features.AsSpan().SequenceEqual(flowers.Measures)}, "
            + $"{labels.AsSpan().SequenceEqual(flowers.Labels)}; right on {classifier.Evaluate(features, labels).Accuracy:P1}");
    }

    private static (float[] Features, string[] Labels, string[] Kinds) Read(IDataView data)
    {
        DataViewSchema.Column vectors = data.Schema["Features"], keys = data.Schema["Key"];
        VBuffer<ReadOnlyMemory<char>> names = default;
        keys.GetKeyValues(ref names);
        string[] kinds = [.. names.DenseValues().Select(name => name.ToString())];

        List<float> features = [];
        List<string> labels = [];
        VBuffer<float> vector = default;
        uint key = 0;
        using DataViewRowCursor cursor = data.GetRowCursor([vectors, keys]);
        ValueGetter<VBuffer<float>> vectorOf = cursor.GetGetter<VBuffer<float>>(vectors);
        ValueGetter<uint> keyOf = cursor.GetGetter<uint>(keys);
        while (cursor.MoveNext())
        {
            vectorOf(ref vector);
            keyOf(ref key);
            if (key > 0)    // 0 is a label that is missing
            {
                features.AddRange(vector.DenseValues());
                labels.Add(kinds[key - 1]);
            }
        }

        return ([.. features], [.. labels], kinds);
    }

    private sealed class Measured
    {
        [VectorType(Flowers.Features)]
        public float[] Features { get; set; } = [];

        public string Label { get; set; } = "";
    }
}
