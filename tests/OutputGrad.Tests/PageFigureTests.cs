using System.Globalization;
using System.IO.Compression;
using System.Text.RegularExpressions;
using OutputGrad.Engine.Simd;
using OutputGrad.Tests.Support;
using OutputGrad.Training;
using Xunit;

namespace OutputGrad.Tests;

/// <summary>Figures that pages state are those of the code, of its files, and of the committed results.</summary>
/// <remarks>
/// README's are held by <see cref="ReadmeTests"/>. What samples print on their pages and every figure of the pages of results are held by
/// <c>.ci/run</c>. Experiments, and what else names its CPU or its data, are records of their day.
/// </remarks>
public partial class PageFigureTests
{
    private static readonly MeasuredResults Results = MeasuredResults.Read();

    [Fact]
    public void TrustCountsWhatIsThere()
    {
        string page = Page("trust.md"), script = Source("eng", "planted-faults.sh"), coverage = Source("eng", "coverage.sh");

        Assert.Contains(Invariant($"| {Lines("tests", "OutputGrad.Tests", "Bits", "golden-bits.txt").Length} golden hashes,"), page);
        Assert.Contains(Invariant($"a fault of each of {Fault().Count(script)} kinds"), page);
        Assert.Contains("100,000 problems made of random bytes in each run", page);
        Assert.Contains("--executions 100000 ", Source(".ci", "run"));
        Assert.Contains("fails below 98 and 95;", page);
        Assert.Contains("lines=98 branches=95", coverage);
    }

    [Fact]
    public void DefaultsOfOptionsAreTheirOwn()
    {
        CrossEntropyOptions options = new();
        (string Name, object Value, string After)[] defaults =
        [
            (nameof(options.IgnoreIndex), options.IgnoreIndex, ""),
            (nameof(options.LabelSmoothing), options.LabelSmoothing, ""),
            (nameof(options.ZLoss), options.ZLoss, ""),
            (nameof(options.LogitScale), options.LogitScale, ""),
            (nameof(options.LogitSoftcap), options.LogitSoftcap, ", off"),
            (nameof(options.HiddenFilterThreshold), options.HiddenFilterThreshold, ", exact"),
            (nameof(options.WeightFilterThreshold), options.WeightFilterThreshold, ", exact"),
            (nameof(options.MaxDegreeOfParallelism), options.MaxDegreeOfParallelism, ", all processors"),
            (nameof(options.MaxWorkspaceBytes), options.MaxWorkspaceBytes >> 20, " MiB"),
        ];
        string kernel = Page("kernel.md"), training = Page("training.md");
        FitOptions fit = new();

        Assert.All(defaults, option => Assert.Contains(Invariant($"| `{option.Name}` | {option.Value}{option.After} |"), kernel));
        Assert.Contains("`GradientTolerance`, 1e-4 by default", training);
        Assert.Equal(1e-4, fit.GradientTolerance);
        Assert.Contains(Invariant($"`MaxIterations = {fit.MaxIterations}`"), training);
        Assert.Contains("`History = 5` nearly halves that", training);   // 2 x History + 5 sets of parameters
        Assert.Equal(10, fit.History);
        Assert.Contains("`WeightDecay`, .01 at first", training);
        Assert.Equal(.01, new SoftmaxClassifier<int>(1, [0, 1]).WeightDecay);
    }

    [Fact]
    public void ConfidentRowsHaveTheLossOfThePages()
    {
        float[] gradient = new float[2];
        ReadOnlySpan<int> target = [0];
        double confident = SoftmaxCrossEntropy.LossAndGradient<float>([20f, 0f], target, gradient).Loss;
        double equal = SoftmaxCrossEntropy.LossAndGradient<float>([1e8f, 1e8f], target, gradient).Loss;

        Assert.Equal("2.061154e-9", confident.ToString("0.000000e-0", CultureInfo.InvariantCulture));
        Assert.Equal(Math.Log(2), equal, 1e-15);
        Assert.All((string[])["kernel.md", "numerics.md"], page => Assert.Contains("loss of 2.061154e-9", Page(page)));
    }

    /// <summary>The table of workspaces at the default limit.</summary>
    [Fact]
    public void WorkspacesAreThoseOfTheDesign()
    {
        string[][] rows = [.. Cells(Lines("docs", "design.md")).Where(cells => Shape().IsMatch(cells[0]) && cells.Length == 4)];

        Assert.Equal(4, rows.Length);
        Assert.All(rows, cells =>
        {
            int[] sizes = [.. cells[0].Split('x').Select(size => int.Parse(size, CultureInfo.InvariantCulture))];
            long bytes = LinearCrossEntropy.WorkspaceBytes<float>(sizes[0], sizes[1], sizes[2], new() { MaxDegreeOfParallelism = 1 });
            Assert.Equal(cells[2], Invariant($"{bytes / (double)(1 << 20):0.0} MiB"));
        });
    }

    [Fact]
    public void BytesBetweenRanksAreThoseOfTheFormula()
    {
        const int rows = 512, features = 768, classes = 50_257;
        string page = Page("scale.md");

        Assert.Equal((60, 72), (SoftmaxState<float>.WireBytes, SoftmaxState<double>.WireBytes));
        Assert.Contains("60 bytes are a row's softmax state", page);
        Assert.Contains(Invariant($"{SquaredNorm.WireBytes} bytes more for each row"), page);
        Assert.Contains(Invariant($"| 4 parts of classes | {Bytes(4, 1):#,0} |"), page);
        Assert.Contains(Invariant($"| 2 x 2 | {Bytes(2, 2):#,0} |"), page);
        Assert.Contains(Invariant($"| 4 parts of rows | {Bytes(1, 4):#,0} |"), page);

        // of the rank with the most classes: parts are whole blocks, and the last has what is left
        static double Bytes(int parts, int rowParts)
        {
            int blocks = (classes + Blocking.BlockClasses - 1) / Blocking.BlockClasses;
            int most = classes - ((parts - 1) * (blocks / parts) * Blocking.BlockClasses);
            double states = 2.0 * (parts - 1) / parts * rows / rowParts * (SoftmaxState<float>.WireBytes + (4 * features));
            double gradients = 2.0 * (rowParts - 1) / rowParts * most * 4 * (features + 1);
            return Math.Round(states + gradients);
        }
    }

    /// <summary>The story's numbers are printed by the samples, whose pages CI holds to what they print.</summary>
    [Fact]
    public void TheStorysNumbersAreTheSamples()
    {
        string story = Page("gradient.md");
        string printed = Source("docs", "samples", "Digits", "README.md");
        string[] computed = [.. Softmax(-2, -1, 0, 1, 2), Math.Log(10).ToString("F3", CultureInfo.InvariantCulture)];
        string[] numbers = [.. Decimal().Matches(story).Select(match => match.Value).Distinct()];

        Assert.All(computed, number => Assert.Contains(number, story));
        Assert.InRange(numbers.Length, 20, 100);
        Assert.All(numbers.Except(computed), number => Assert.True(
            printed.Contains(number, StringComparison.Ordinal) || IsRounded(number), $"No sample prints the story's {number}."));

        // a number that the sample prints to more digits
        bool IsRounded(string number)
        {
            string format = $"F{number.Length - number.IndexOf('.', StringComparison.Ordinal) - 1}";
            return Decimal().Matches(printed).Any(match =>
                double.Parse(match.Value, CultureInfo.InvariantCulture).ToString(format, CultureInfo.InvariantCulture) == number);
        }
    }

    /// <summary>A page says a number, and the source has it.</summary>
    [Theory]
    [InlineData("3 to 101, as many as fit", "OutputGrad.Benchmarks/Measurement/Alternation.cs", "FewestRounds = 3;")]
    [InlineData("3 to 101, as many as fit", "OutputGrad.Benchmarks/Measurement/Alternation.cs", "MostRounds = 101;")]
    [InlineData("repeats it for 4 milli", "OutputGrad.Benchmarks/Measurement/Alternation.cs", "SampleTime = TimeSpan.FromMilliseconds(4)")]
    [InlineData("150 milliseconds", "OutputGrad.Benchmarks/Measurement/Alternation.cs", "Rest = TimeSpan.FromMilliseconds(150)")]
    [InlineData("twelve independent chains", "OutputGrad.Benchmarks/Measurement/FmaPeak.cs", "ChainCount = 12;")]
    [InlineData("1 to 64 rows, one thread", "OutputGrad.Benchmarks/Compare/RowsComparison.cs", "MostRows = 64;")]
    [InlineData("of 512 x 768 x 50,257 is another", "OutputGrad.Benchmarks/Compare/ShapesComparison.cs", "Base = new(512, 768, 50257)")]
    [InlineData("the 50 most likely classes", "OutputGrad.Benchmarks/Compare/ForwardComparison.cs", "Top = 50;")]
    [InlineData("the least of three batches of 32 calls", "OutputGrad.Benchmarks/Measurement/ManagedAllocation.cs", "Calls = 32;")]
    [InlineData("the least of three batches of 32 calls", "OutputGrad.Benchmarks/Measurement/ManagedAllocation.cs", "Batches = 3;")]
    [InlineData("10,003 unit vectors of 384 features around 77", "OutputGrad.Peers/Fit/FitComparison.cs", "Small = new(10_003, 384, 77)")]
    [InlineData("3,080 of the same kind", "OutputGrad.Peers/Fit/FitComparison.cs", "SmallHeldOut = 3_080;")]
    [InlineData("3 of scikit-learn's time and 8", "OutputGrad.Peers/Fit/FitComparison.cs", "[\"scikit-learn\"] = 3, [\"ML.NET\"] = 8")]
    [InlineData("at most a millionth above", "OutputGrad.Peers/Fit/FitFindings.cs", "MostExcess = 1e-6;")]
    [InlineData("at most a thousandth apart", "OutputGrad.Peers/Fit/FitFindings.cs", "MostAccuracyApart = 1e-3;")]
    [InlineData("than 1e-5 of the largest", "OutputGrad.Peers/TorchAutogradComparison.cs", "MostApart = 1e-5;", "interop.md")]
    public void ABenchmarkIsAsItsPageSays(string sentence, string file, string source, string page = "benchmarks.md")
    {
        Assert.Contains(sentence, Page(page));
        Assert.Contains(source, Source(["benchmarks", .. file.Split('/')]));
    }

    [Fact]
    public void TheCheckThatIsShownHasTheFiguresOfTheResults()
    {
        string page = Page("benchmarks.md");

        Assert.All((string[])["512x50257", "256x1000"], shape => Assert.Contains(
            $"met     softmax {shape} float, 1 thread, time of TensorPrimitives / ours: "
                + $"{Results.Text(shape, 1, "time of TensorPrimitives / ours")}, at least 1.50", page));
    }

    [Fact]
    public void TheEnginesSizesAreThoseOfTheDesign()
    {
        string design = Page("design.md");

        Assert.Contains(Invariant($"[block of {Blocking.BlockClasses} classes][strip of 64 bytes of rows]"), design);
        Assert.Contains(Invariant($"up to {Blocking.TileHeight} rows i, up to {Blocking.GroupStrips} vectors j"), design);
        Assert.Contains(Invariant($"chains of {Blocking.RunFeatures} features, added up in order"), Page("numerics.md"));
        Assert.Contains(Invariant($"chains of {Blocking.BlockClasses} classes, added up in order"), Page("numerics.md"));
    }

    [Fact]
    public void SamplesAreAsLargeAsSaid()
    {
        using StreamReader digits = new(new GZipStream(
            File.OpenRead(SourceTree.Path("docs", "samples", "Digits", "data", "digits.csv.gz")), CompressionMode.Decompress));
        int count = digits.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Length;

        Assert.Contains(Invariant($"read {count:#,0} handwritten digits"), Source("README.md"));
        Assert.Contains("a file of forty lines", Source("README.md"));
        Assert.InRange(Lines("docs", "samples", "FirstSteps.cs").Length, 35, 45);
        Assert.InRange(Lines("docs", "samples", "csv-probe.cs").Length, 35, 49);
    }

    /// <summary>Of a true class whose weight stands there, of three, the others' at zero: probability, loss and slope.</summary>
    private static IEnumerable<string> Softmax(params double[] positions) =>
        from position in positions
        let p = Math.Exp(position) / (Math.Exp(position) + 2)
        from number in (double[])[p, -Math.Log(p), 1 - p]
        select number.ToString("F3", CultureInfo.InvariantCulture);

    private static IEnumerable<string[]> Cells(string[] lines) =>
        from line in lines where line.StartsWith('|') select line.Trim('|').Split('|', StringSplitOptions.TrimEntries);

    /// <summary>A page of docs as one line, since sentences are broken anywhere.</summary>
    private static string Page(string name) => string.Join(' ', Lines("docs", name));

    private static string Source(params string[] path) => string.Join('\n', Lines(path));

    private static string[] Lines(params string[] path) => [.. MarkdownPage.Read(path).Lines];

    private static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    [GeneratedRegex(@"^fault ", RegexOptions.Multiline)]
    private static partial Regex Fault();

    [GeneratedRegex(@"^\d+x\d+x\d+$")]
    private static partial Regex Shape();

    [GeneratedRegex(@"\d+\.\d{3,}")]
    private static partial Regex Decimal();
}
