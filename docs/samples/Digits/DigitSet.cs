using System.IO.Compression;
using OutputGrad;
using Samples;

namespace Digits;

/// <summary>Handwritten digits, 8 x 8 pixels of 0 (paper) to 1 (ink), each with the digit it is. See data/README.md.</summary>
internal sealed class DigitSet
{
    public const int Side = 8;
    public const int Pixels = Side * Side;
    public const int Classes = 10;

    // The file's first 1,437 digits train and its last 360 test, the split that published results on these digits use.
    private const int TrainingCount = 1437;
    private const double FullInk = 16;

    private readonly double[] _pixels;
    private readonly int[] _labels;

    private DigitSet(double[] pixels, int[] labels)
    {
        _pixels = pixels;
        _labels = labels;
    }

    public int Count => _labels.Length;

    public static (DigitSet Training, DigitSet Test) Load()
    {
        using Stream file = EmbeddedFile.Open(typeof(DigitSet), "digits.csv.gz");
        using StreamReader reader = new(new GZipStream(file, CompressionMode.Decompress));
        List<double> pixels = [];
        List<int> labels = [];
        while (reader.ReadLine() is { } line)
        {
            int[] numbers = Array.ConvertAll(line.Split(','), int.Parse);
            pixels.AddRange(numbers[..Pixels].Select(pixel => pixel / FullInk));
            labels.Add(numbers[Pixels]);
        }

        return (
            new DigitSet([.. pixels[..(TrainingCount * Pixels)]], [.. labels[..TrainingCount]]),
            new DigitSet([.. pixels[(TrainingCount * Pixels)..]], [.. labels[TrainingCount..]]));
    }

    public int Label(int index) => _labels[index];

    public ReadOnlySpan<double> Image(int index) => _pixels.AsSpan(index * Pixels, Pixels);

    /// <summary>All the digits, as the library takes them: pixels row-major, one label per row.</summary>
    public LabeledBatch<double> AsBatch() => new(_pixels, _labels);

    /// <summary>Some of the digits, in this order, without a copy of them.</summary>
    public LabeledBatch<double> AsBatch(int[] indices) => new(_pixels, _labels) { RowIndices = indices };

    /// <summary>One digit as a batch of one row.</summary>
    public LabeledBatch<double> AsBatch(int index) => new(Image(index), _labels.AsSpan(index, 1));
}
