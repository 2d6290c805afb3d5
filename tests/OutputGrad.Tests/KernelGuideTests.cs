using OutputGrad.Tests.Support;
using Xunit;

namespace OutputGrad.Tests;

/// <summary>The page on the kernel shows code that compiles and prints what it says, and leaves nothing out of its tables.</summary>
public class KernelGuideTests
{
    private static readonly MarkdownPage Page = MarkdownPage.Read("docs", "kernel.md");

    [Fact]
    public void TheExampleIsTheOneCompiledHere()
    {
        string[] shown = [.. Page.Block("## Example", "```csharp")];
        string compiled = MarkdownPage.Trimmed(MarkdownPage.Read("tests", "OutputGrad.Tests", "KernelGuideExample.cs").Lines);

        Assert.Equal(["using OutputGrad;", ""], shown[..2]);
        Assert.Contains(MarkdownPage.Trimmed(shown[2..]), compiled);
    }

    [Fact]
    public void TheExamplePrintsWhatIsShown()
    {
        using StringWriter printed = new StringWriter { NewLine = "\n" };
        KernelGuideExample.Run(printed);

        Assert.Equal(Page.Block("## Example", "```text"), printed.ToString().TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public void EveryOptionIsListed()
    {
        string table = string.Join('\n', Page.Section("## Options at a glance"));

        Assert.All(typeof(CrossEntropyOptions).GetProperties(), option => Assert.Contains($"`{option.Name}`", table));
    }

    [Theory]
    [InlineData("input")]
    [InlineData("target")]
    [InlineData("weight")]
    [InlineData("size_average")]
    [InlineData("reduce")]
    [InlineData("ignore_index")]
    [InlineData("reduction")]
    [InlineData("label_smoothing")]
    public void EveryArgumentOfTorchIsMapped(string argument)
    {
        Assert.Contains(
            Page.Section("## From torch.nn.functional.cross_entropy"),
            line => line.StartsWith('|') && line.Split('|')[1].Contains($"`{argument}`"));
    }
}
