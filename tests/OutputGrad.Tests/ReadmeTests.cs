using System.Reflection;
using Xunit;

namespace OutputGrad.Tests;

public class ReadmeTests
{
    private static readonly string[] Readme = Lines("README.md");

    [Fact]
    public void TheExampleIsTheOneCompiledHere()
    {
        string[] shown = [.. Block("## Example", "```csharp")];
        IEnumerable<string> compiled = Lines("ReadmeExample.cs").Select(line => line.Trim());

        Assert.Equal(["using OutputGrad;", ""], shown[..2]);
        Assert.Contains(string.Join('\n', shown[2..].Select(line => line.Trim())), string.Join('\n', compiled));
    }

    [Fact]
    public void TheExamplePrintsWhatIsShown()
    {
        using StringWriter printed = new StringWriter { NewLine = "\n" };
        ReadmeExample.Run(printed);

        Assert.Equal(Block("## Example", "```text"), printed.ToString().TrimEnd('\n').Split('\n'));
    }

    [Fact]
    public void TwoCommandsAreTwo()
    {
        Assert.Collection(Block("## Two commands", "```sh"),
            first => Assert.StartsWith("dotnet run -c Release --project docs/samples/Digits", first),
            second => Assert.StartsWith("dotnet test -c Release", second));
    }

    [Fact]
    public void EveryOptionIsListed()
    {
        string table = string.Join('\n', Section("## Options at a glance"));

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
            Section("## From torch.nn.functional.cross_entropy"),
            line => line.StartsWith('|') && line.Split('|')[1].Contains($"`{argument}`"));
    }

    private static IEnumerable<string> Section(string heading) =>
        Readme.SkipWhile(line => line != heading).Skip(1).TakeWhile(line => !line.StartsWith("## "));

    private static IEnumerable<string> Block(string heading, string fence) =>
        Section(heading).SkipWhile(line => line != fence).Skip(1).TakeWhile(line => line != "```");

    private static string[] Lines(string resource)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)!;
        using StreamReader reader = new(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n").Split('\n');
    }
}
