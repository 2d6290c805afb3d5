using System.Globalization;
using System.IO.Compression;
using OutputGrad.Tests.Support;
using OutputGrad.Training;
using Xunit;

namespace OutputGrad.Tests.Features.Training;

/// <summary>
/// Fits of the 1,797 handwritten digits (docs/samples/Digits/data) end at the optimum that scikit-learn finds for them, with pixels from 0
/// to 16 as in the file and from 0 to 1.
/// </summary>
public class DigitsOptima
{
    private const int Rows = 1797;
    private const int Pixels = 64;
    private const int Classes = 10;

    private readonly double[] _pixels;
    private readonly int[] _labels;

    public DigitsOptima()
    {
        using FileStream file = File.OpenRead(SourceTree.Path("docs", "samples", "Digits", "data", "digits.csv.gz"));
        using StreamReader reader = new(new GZipStream(file, CompressionMode.Decompress));
        int[][] lines =
        [
            .. reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => Array.ConvertAll(line.Split(','), number => int.Parse(number, CultureInfo.InvariantCulture))),
        ];
        _pixels = [.. lines.SelectMany(line => line[..Pixels]).Select(pixel => (double)pixel)];
        _labels = [.. lines.Select(line => line[Pixels])];
    }

    /// <summary>
    /// The optima are those of LogisticRegression(C, multi_class="multinomial", solver="newton-cg", tol=1e-9) in scikit-learn 1.2.1 with
    /// SciPy 1.10.1 and NumPy 1.24.2, whose largest slopes are below 1e-11, and their objective was computed in NumPy from its definition.
    /// Its solver="lbfgs" ends above them with the same tolerance: by 6e-6 and 7e-6 of them in the first two cases.
    /// </summary>
    public static TheoryData<int, double, double, int> Optima => new()
    {
        { 1, 1, .009478214903505018, 1797 },
        { 1, 10, .0018807846133108482, 1797 },
        { 16, 1, .1995264038586319, 1770 },
        { 16, 10, .0647157063389797, 1794 },
    };

    [Theory]
    [MemberData(nameof(Optima))]
    public void TheProbeReachesIt(int fullInk, double c, double optimum, int right)
    {
        double[] pixels = [.. _pixels.Select(pixel => pixel / fullInk)];
        double[] weights = new double[Classes * Pixels], bias = new double[Classes];

        LinearProbe.Fit<double>(weights, bias, new(pixels, _labels), Options(c));

        IsReached(optimum, right, c, pixels, weights, bias);
    }

    [Theory]
    [MemberData(nameof(Optima))]
    public void TheClassifierReachesIt(int fullInk, double c, double optimum, int right)
    {
        double[] pixels = [.. _pixels.Select(pixel => pixel / fullInk)];
        SoftmaxClassifier<int> classifier = new(Pixels, Enumerable.Range(0, Classes));

        classifier.Fit(Near.Rounded<float>(pixels), _labels, Options(c));

        IsReached(optimum, right, c, pixels, Near.Doubles<float>(classifier.Weights), Near.Doubles<float>(classifier.Bias));
    }

    private static FitOptions Options(double c) => new() { L2 = 1 / (c * Rows), GradientTolerance = 1e-7 };

    private void IsReached(double optimum, int right, double c, double[] pixels, double[] weights, double[] bias)
    {
        Assert.Equal(optimum, ProbeOracle.Objective(pixels, _labels, 1 / (c * Rows), weights, bias), 1e-6 * optimum);
        Assert.InRange(ProbeOracle.Right(pixels, _labels, weights, bias), right - (Rows / 1000), right + (Rows / 1000));
    }
}
