using System.Globalization;
using System.Security.Cryptography;
using OutputGrad.Storage;
using OutputGrad.Tests.Features.Storage;
using OutputGrad.Tests.Support;
using OutputGrad.Training;
using Xunit;

namespace OutputGrad.Tests.Features.Training.Classification;

/// <summary>A classifier that is saved and loaded is the same, and what is no classifier's file is refused with the reason.</summary>
public sealed class ClassifierFiles : IDisposable
{
    private const string HashOfTheModel = "751EF089E17A3B4C5EA7731FCE1F8554";

    private readonly TemporaryFolder _folder = new();
    private readonly LabeledRows _rows = new(60);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void ALoadedClassifierIsTheSavedOne()
    {
        LabeledRows others = new(60, distance: 2.5);
        SoftmaxClassifier<string> saved = _rows.Fitted();
        saved.PartialFit(others.Features, others.Labels);
        saved.Calibrate(others.Features, others.Labels);
        saved.Save(_folder.File);

        SoftmaxClassifier<string> loaded = SoftmaxClassifier<string>.Load(_folder.File);

        Assert.Equal(saved.Classes, loaded.Classes);
        Exactly.SameBits<float>(saved.Weights, loaded.Weights, "weights");
        Exactly.SameBits<float>(saved.Bias, loaded.Bias, "bias");
        Exactly.SameBits(saved.Temperature, loaded.Temperature, "temperature");
        float[] expected = new float[300], actual = new float[300];
        saved.PredictProbabilities(_rows.Features, expected);
        loaded.PredictProbabilities(_rows.Features, actual);
        Exactly.SameBits<float>(expected, actual, "probabilities");
        saved.PartialFit(_rows.Features, _rows.Labels);
        loaded.PartialFit(_rows.Features, _rows.Labels);
        Exactly.SameBits<float>(saved.Weights, loaded.Weights, "weights after another step");
        byte[] bytes = Bytes(saved);
        Assert.Equal(bytes, Bytes(loaded));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(.1)]
    [InlineData(.01)]
    public void TheWeightDecayIsSaved(double decay)
    {
        SoftmaxClassifier<string> saved = _rows.Fitted();
        saved.WeightDecay = decay;
        saved.Save(_folder.File);

        Exactly.SameBits(decay, SoftmaxClassifier<string>.Load(_folder.File).WeightDecay, "weight decay");
    }

    [Fact]
    public void OtherProgramsFindTheLayer()
    {
        SoftmaxClassifier<string> classifier = _rows.Fitted();
        classifier.Save(_folder.File);

        using SafetensorsFile file = SafetensorsFile.Open(_folder.File);

        Assert.Equal(["bias", "weight"], file.Tensors.Keys.Order());
        Assert.Equal([5, 6], file.Tensors["weight"].Shape);
        OutputLayer<float> layer = file.Layer("weight", "bias");
        Exactly.SameBits<float>(classifier.Weights, layer.Weights, "weights");
        Exactly.SameBits<float>(classifier.Bias, layer.Bias, "bias");
        Assert.Equal("""["red","green","blue","cyan","pink"]""", file.Metadata["labels"]);
    }

    [Fact]
    public void LabelsOfAnyTypeAndTextAreSaved()
    {
        SoftmaxClassifier<double> numbers = new(2, [1.5, -3, double.MaxValue, 1e-300]);
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo commas = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        commas.NumberFormat.NumberDecimalSeparator = ",";
        CultureInfo.CurrentCulture = commas;
        numbers.Save(_folder.File);
        CultureInfo.CurrentCulture = before;
        Assert.Equal(
            numbers.Classes,
            SoftmaxClassifier<double>.Load(_folder.File, text => double.Parse(text, CultureInfo.InvariantCulture)).Classes);

        SoftmaxClassifier<string> words = new(2, ["", " ", "\"", "\\n\n\t\0", "[\"a\"]", "\u00e4\u20ac\ud83d\ude00", "</script>"]);
        words.Save(_folder.File);
        Assert.Equal(words.Classes, SoftmaxClassifier<string>.Load(_folder.File).Classes);

        SoftmaxClassifier<DayOfWeek> days = new(2, Enum.GetValues<DayOfWeek>());
        days.Save(_folder.File);
        Assert.Equal(days.Classes, SoftmaxClassifier<DayOfWeek>.Load(_folder.File, Enum.Parse<DayOfWeek>).Classes);
    }

    [Fact]
    public void LabelsThatCouldNotBeToldApartAreNotSaved()
    {
        SoftmaxClassifier<object> classifier = new(2, [1, "1"]);

        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => classifier.Save(_folder.File));
        Assert.Contains("'1'", error.Message, StringComparison.Ordinal);
        Assert.Empty(_folder.Names);
    }

    [Fact]
    public void HalfASurrogatePairIsNotSaved()
    {
        SoftmaxClassifier<string> classifier = new(2, ["\U0001F600", "x\ud800y"]);

        InvalidOperationException error = Assert.Throws<InvalidOperationException>(() => classifier.Save(_folder.File));
        Assert.Contains("Class 1", error.Message, StringComparison.Ordinal);
        Assert.Empty(_folder.Names);
    }

    [Fact]
    public void TimesAreSavedToTheLastDigit()
    {
        DateTime time = new(2026, 1, 2, 3, 4, 5, 678, DateTimeKind.Utc);
        new SoftmaxClassifier<DateTime>(2, [time]).Save(_folder.File);

        SoftmaxClassifier<DateTime> loaded = SoftmaxClassifier<DateTime>.Load(
            _folder.File, text => DateTime.Parse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind));
        Assert.Equal(time, loaded.Classes[0]);
    }

    /// <summary>Whatever the thread's culture, which stays as it is.</summary>
    [Fact]
    public void LabelsAreTheSameTextInEveryCulture()
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        CultureInfo commas = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        (commas.NumberFormat.NumberDecimalSeparator, commas.NumberFormat.NegativeSign) = (",", "~");
        CultureInfo.CurrentCulture = commas;
        try
        {
            Assert.Equal(["(-1.5, a)", "(2, b)"], Saved((-1.5, "a"), (2, "b")));
            Assert.Equal(["(1.5, (-2, ))"], Saved(Tuple.Create(1.5, (-2, (string?)null))));
            Assert.Equal(["(2026-01-02, 03:04:05.0060000)"], Saved((new DateOnly(2026, 1, 2), new TimeOnly(3, 4, 5, 6))));
            Assert.Equal(["2026-01-02T03:04:05.0060000+07:00"], Saved(new DateTimeOffset(2026, 1, 2, 3, 4, 5, 6, TimeSpan.FromHours(7))));
            Assert.Equal(["Place { Latitude = -1.5, Name = x }"], Saved(new Place(-1.5, "x")));
            Assert.Equal(["-1.5", "3E-10"], Saved<object>(-1.5m, 3e-10));
            Assert.Same(commas, CultureInfo.CurrentCulture);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void TheComparerIsToldAgain()
    {
        new SoftmaxClassifier<string>(1, ["a", "b"], StringComparer.OrdinalIgnoreCase).Save(_folder.File);

        SoftmaxClassifier<string> loaded = SoftmaxClassifier<string>.Load(_folder.File, comparer: StringComparer.OrdinalIgnoreCase);
        Assert.Equal(0, loaded.Evaluate([1f], ["B"]).Accuracy);
    }

    [Fact]
    public void NumbersThatNoFitLeavesAreRefused()
    {
        SoftmaxClassifier<string> classifier = _rows.Fitted();
        classifier.Weights[3] = float.NaN;
        classifier.Save(_folder.File);

        Refused("weight has NaN at 3", () => SoftmaxClassifier<string>.Load(_folder.File));
    }

    [Fact]
    public void LabelsOfOtherTypesNeedAParser() =>
        Assert.Throws<ArgumentNullException>("parse", () => SoftmaxClassifier<int>.Load(_folder.File));

    [Fact]
    public void TextThatIsNoLabelIsRefused()
    {
        _rows.Fitted().Save(_folder.File);

        Refused("red", () => SoftmaxClassifier<int>.Load(_folder.File, text => int.Parse(text, CultureInfo.InvariantCulture)));
        Refused("is also class 0", () => SoftmaxClassifier<int>.Load(_folder.File, _ => 1));
    }

    public static TheoryData<string, string?, string> BadMetadata => new()
    {
        { "format", null, "format" },
        { "format", "pt", "format" },
        { "version", "2", "version 2" },
        { "labels", null, "labels" },
        { "labels", "[1,2,3,4,5]", "labels" },
        { "labels", "{}", "labels" },
        { "labels", "[\"a\"", "labels" },
        { "labels", "[]", "0 labels" },
        { "labels", "[\"a\",\"b\"]", "2 labels" },
        { "labels", "[\"a\",\"b\",\"c\",\"d\",\"a\"]", "also class 0" },
        { "labels", "[\"a\",\"b\",\"c\",\"d\",null]", "labels" },
        { "temperature", null, "temperature" },
        { "temperature", "0", "temperature" },
        { "temperature", "-1", "temperature" },
        { "temperature", "NaN", "temperature" },
        { "temperature", "1e999", "temperature" },
        { "temperature", "1e-60", "temperature" },
        { "temperature", "warm", "temperature" },
        { "weight_decay", "-1", "weight decay" },
        { "weight_decay", "NaN", "weight decay" },
        { "weight_decay", "1e39", "weight decay" },
        { "weight_decay", "little", "weight decay" },
        { "steps", null, "steps" },
        { "steps", "-1", "steps" },
        { "steps", "99999999999", "steps" },
        { "steps", "2147483646", "first_moment" },
        { "steps", "2147483647", "number of steps" },
        { "steps", "3", "first_moment" },
    };

    [Theory]
    [MemberData(nameof(BadMetadata))]
    public void OtherFilesAreRefusedWithTheReason(string key, string? value, string mention)
    {
        Dictionary<string, string> metadata = new()
        {
            ["format"] = "OutputGrad.SoftmaxClassifier",
            ["version"] = "1",
            ["labels"] = """["a","b","c","d","e"]""",
            ["temperature"] = "1",
            ["steps"] = "0",
        };
        Save(metadata, Weight(5, 6), Bias(5));
        Assert.Equal(6, SoftmaxClassifier<string>.Load(_folder.File).Features);
        metadata.Remove(key);
        if (value is not null)
        {
            metadata.Add(key, value);
        }

        Save(metadata, Weight(5, 6), Bias(5));

        Refused(mention, () => SoftmaxClassifier<string>.Load(_folder.File));
    }

    [Fact]
    public void TensorsThatDoNotFitAreRefusedWithTheReason()
    {
        Dictionary<string, string> metadata = new()
        {
            ["format"] = "OutputGrad.SoftmaxClassifier",
            ["version"] = "1",
            ["labels"] = """["a","b","c","d","e"]""",
            ["temperature"] = "1",
            ["steps"] = "1",
        };
        SafetensorsTensor moment = new("optimizer.first_moment", [35], new float[35]);
        foreach ((string mention, SafetensorsTensor[] tensors) in new (string, SafetensorsTensor[])[]
        {
            ("weight", [Bias(5)]),
            ("bias", [Weight(5, 6)]),
            ("weight", [Weight(4, 6), Bias(5)]),
            ("weight", [Weight(5, 0), Bias(5)]),
            ("weight", [new("weight", [30], new float[30]), Bias(5)]),
            ("weight", [new("weight", [5, 6], new double[30]), Bias(5)]),
            ("bias", [Weight(5, 6), Bias(4)]),
            ("second_moment", [Weight(5, 6), Bias(5), moment]),
            ("second_moment", [Weight(5, 6), Bias(5), moment, new("optimizer.second_moment", [36], new float[36])]),
        })
        {
            Save(metadata, tensors);
            Refused(mention, () => SoftmaxClassifier<string>.Load(_folder.File));
        }

        File.WriteAllText(_folder.File, "no safetensors file");
        Assert.Throws<InvalidDataException>(() => SoftmaxClassifier<string>.Load(_folder.File));
        File.Delete(_folder.File);
        Assert.Throws<FileNotFoundException>(() => SoftmaxClassifier<string>.Load(_folder.File));
    }

    /// <summary>For every number of threads, and on every machine with fused multiply-adds.</summary>
    [Fact]
    public void AFittedModelIsTheSameFileEverywhere()
    {
        LabeledRows rows = new(2_000, features: 96, distance: 5);
        SoftmaxClassifier<string>[] classifiers =
        [
            .. from threads in Enumerable.Range(1, 3)
               let options = new FitOptions { L2 = 1e-4, Loss = new() { MaxDegreeOfParallelism = threads } }
               select rows.Fitted(options),
        ];
        foreach (SoftmaxClassifier<string> classifier in classifiers)
        {
            classifier.PartialFit(rows.Features, rows.Labels);
            classifier.Calibrate(rows.Features, rows.Labels);
        }

        Assert.All(classifiers, classifier => Assert.Equal(Bytes(classifiers[0]), Bytes(classifier)));
        Assert.SkipUnless(VectorSupport.IsFused, "Without fused multiply-adds results round differently.");
        Assert.All(classifiers, classifier => Assert.Equal(HashOfTheModel, Convert.ToHexString(SHA256.HashData(Bytes(classifier)), 0, 16)));
    }

    /// <summary>The text of labels in a classifier's file.</summary>
    private string[] Saved<TLabel>(params TLabel[] labels)
        where TLabel : notnull
    {
        new SoftmaxClassifier<TLabel>(2, labels).Save(_folder.File);
        return [.. SoftmaxClassifier<string>.Load(_folder.File).Classes];
    }

    private sealed record Place(double Latitude, string Name);

    private static SafetensorsTensor Weight(int classes, int features) =>
        new("weight", [classes, features], new float[classes * features]);

    private static SafetensorsTensor Bias(int classes) => new("bias", [classes], new float[classes]);

    private void Save(Dictionary<string, string> metadata, params SafetensorsTensor[] tensors) =>
        SafetensorsFile.Save(_folder.File, tensors, metadata);

    private byte[] Bytes(SoftmaxClassifier<string> classifier)
    {
        classifier.Save(_folder.File);
        return File.ReadAllBytes(_folder.File);
    }

    private void Refused(string mention, Func<object> load)
    {
        InvalidDataException error = Assert.Throws<InvalidDataException>(load);
        Assert.Contains(mention, error.Message, StringComparison.Ordinal);
        Assert.Contains(_folder.File, error.Message, StringComparison.Ordinal);
    }
}
