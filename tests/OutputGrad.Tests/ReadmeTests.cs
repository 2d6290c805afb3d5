using OutputGrad.Tests.Features.Training;
using OutputGrad.Tests.Support;
using Xunit;

namespace OutputGrad.Tests;

/// <summary>The first page: short, and true.</summary>
public class ReadmeTests
{
    private static readonly MarkdownPage Page = MarkdownPage.Read("README.md");

    [Fact]
    public void TwoCommandsAreTwo()
    {
        Assert.Collection(Page.Block("## Two commands", "```sh"),
            first => Assert.StartsWith("dotnet run -c Release --project docs/samples/Digits", first),
            second => Assert.StartsWith("dotnet test -c Release", second));
    }

    [Fact]
    public void ItIsShort() => Assert.InRange(Page.Lines.Count, 1, 120);

    /// <summary>What it is by line 8, a figure by line 15, the first code by line 46.</summary>
    [Fact]
    public void AScreenSaysWhatItIs()
    {
        Assert.StartsWith("**", Page.Lines[2]);
        Assert.InRange(Page.Lines.ToList().FindIndex(line => line.StartsWith("![", StringComparison.Ordinal)), 0, 14);
        Assert.InRange(Page.Lines.ToList().IndexOf("```csharp"), 0, 45);
    }

    /// <summary>What it says in words and numbers is what the committed results say; its charts are drawn from the same file.</summary>
    [Fact]
    public void ItsFiguresAreThoseOfTheResults()
    {
        MeasuredResults results = MeasuredResults.Read();
        string text = string.Join(' ', Page.Lines);

        Assert.Contains("eleven times as fast as scikit-learn", text);
        Assert.InRange(results.Value("10003x384x77", 2, "C = 10, time of scikit-learn / ours"), 11, 12);
        string memory = results.Text("4096x1024x131072", 2, "LossAndGradient: growth of the resident set");
        Assert.Contains($"A gradient over 131,072 classes that would take 2 GiB of logits runs in {memory},", text);
        Assert.Equal(2L << 30, 4096L * 131_072 * sizeof(float));
        Assert.InRange(results.Value("1x384x77", 1, "microseconds of Predict"), 0, 10);   // "microseconds, and no allocation"
        Assert.Equal(0, results.Value("1x384x77", 1, "managed bytes of Predict"));
    }

    [Fact]
    public void AllCodeIsCompiledHere()
    {
        string compiled = MarkdownPage.Trimmed(MarkdownPage.Read("tests", "OutputGrad.Tests", "ReadmeExample.cs").Lines);
        string[][] blocks = [.. Page.Blocks("```csharp")];

        Assert.Equal(2, blocks.Length);
        Assert.All(blocks, block => Assert.Contains(
            MarkdownPage.Trimmed(block.Where(line => !line.StartsWith("using ", StringComparison.Ordinal))), compiled));
    }

    [Fact]
    public void TheCodeRuns()
    {
        string[] labels = ["card arrival", "lost card", "top up"];
        ClusteredRows<float> rows = new(400, 384, labels.Length);
        using StringWriter printed = new() { NewLine = "\n" };
        ReadmeExample.Classify(printed, rows.Hidden, [.. rows.Targets.Select(target => labels[target])]);
        File.Delete("intents.safetensors");
        ReadmeExample.Train();

        Assert.StartsWith("Converged after ", printed.ToString(), StringComparison.Ordinal);
        Assert.Contains("card arrival", printed.ToString(), StringComparison.Ordinal);
    }
}
