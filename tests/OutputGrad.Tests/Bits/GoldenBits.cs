using OutputGrad.Tests.Support;
using Xunit;

namespace OutputGrad.Tests.Bits;

/// <summary>
/// The hashes that golden-bits.txt holds for every machine with fused multiply-adds. They change when the engine sums in another order, and
/// then the file is written anew by
/// <code>
/// dotnet test -c Release --explicit only --filter-method '*WriteGoldenBits'
/// </code>
/// </summary>
public sealed class GoldenBits
{
    public const string File = "golden-bits.txt";

    [Fact]
    public void ThisMachineGivesTheGoldenBits()
    {
        Assert.SkipUnless(VectorSupport.IsFused, "Without fused multiply-adds results round differently.");
        Compare(BitCases.Hashes());
    }

    [Fact(Explicit = true)]
    public void WriteGoldenBits()
    {
        Assert.True(VectorSupport.IsFused);
        string path = SourceTree.Path("tests", "OutputGrad.Tests", "Bits", File);
        System.IO.File.WriteAllText(path, $"{string.Join('\n', BitCases.Hashes())}\n");
    }

    internal static void Compare(IEnumerable<string> hashes)
    {
        using Stream stream = typeof(GoldenBits).Assembly.GetManifestResourceStream(File)!;
        using StreamReader reader = new(stream);
        string[] golden = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        string[] actual = [.. hashes];
        string[] others = [.. actual.Except(golden)];
        Assert.True(others.Length == 0, $"{others.Length} of {golden.Length} cases have other bits:\n{string.Join('\n', others)}");
        Assert.Equal(golden, actual);
    }
}
