using OutputGrad.Tests.Features.Training.Classification;
using OutputGrad.Tests.Support;
using Xunit;

namespace OutputGrad.Tests;

/// <summary>The page on training shows code that compiles and says what it does.</summary>
public class TrainingGuideTests
{
    [Fact]
    public void AllCodeIsCompiledHere()
    {
        string[] page = File.ReadAllLines(SourceTree.Path("docs", "training.md"));
        string compiled = Text(File.ReadAllLines(SourceTree.Path("tests", "OutputGrad.Tests", "TrainingGuideExample.cs")));
        int[] starts = [.. Enumerable.Range(0, page.Length).Where(i => page[i] == "```csharp")];

        Assert.Equal(2, starts.Length);
        Assert.All(starts, start =>
        {
            string[] block = [.. page.Skip(start + 1).TakeWhile(line => line != "```").Where(line => line != "using OutputGrad.Training;")];
            Assert.Contains(Text(block), compiled, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void TheCodeRuns()
    {
        using StringWriter printed = new() { NewLine = "\n" };
        TrainingGuideExample.Fit(printed);
        File.Delete("weather.safetensors");
        LabeledRows rows = new(40);
        TrainingGuideExample.Path(printed, rows.New(), rows.Features[..120], rows.Labels[..20], rows.Features[120..], rows.Labels[20..]);

        string[] lines = printed.ToString().Split('\n');
        Assert.StartsWith("Converged after ", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("warm, ", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("L2 = ", lines[2], StringComparison.Ordinal);
    }

    private static string Text(string[] lines) => string.Join('\n', lines.Select(line => line.Trim())).Trim();
}
