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
        string compiled = MarkdownPage.Trimmed(MarkdownPage.Read("tests", "OutputGrad.Tests", "TrainingGuideExample.cs").Lines);
        string[][] blocks = [.. MarkdownPage.Read("docs", "training.md").Blocks("```csharp")];

        Assert.Equal(2, blocks.Length);
        Assert.All(blocks, block => Assert.Contains(
            MarkdownPage.Trimmed(block.Where(line => line != "using OutputGrad.Training;")), compiled, StringComparison.Ordinal));
    }

    [Fact]
    public void TheCodeRuns()
    {
        using StringWriter printed = new() { NewLine = "\n" };
        TrainingGuideExample.Fit(printed);
        File.Delete("days.safetensors");
        LabeledRows rows = new(40);
        TrainingGuideExample.Path(printed, rows.New(), rows.Features[..120], rows.Labels[..20], rows.Features[120..], rows.Labels[20..]);

        string[] lines = printed.ToString().Split('\n');
        Assert.StartsWith("Converged after ", lines[0], StringComparison.Ordinal);
        Assert.StartsWith("warm, ", lines[1], StringComparison.Ordinal);
        Assert.StartsWith("L2 = ", lines[2], StringComparison.Ordinal);
    }
}
