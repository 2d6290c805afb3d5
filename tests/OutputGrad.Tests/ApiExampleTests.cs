using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using OutputGrad.Tests.Support;
using Xunit;

namespace OutputGrad.Tests;

/// <summary>The reference shows code that compiles and prints what is said behind it.</summary>
public partial class ApiExampleTests
{
    private const string Indent = "        ";

    private static readonly string[] Source = [.. MarkdownPage.Read("tests", "OutputGrad.Tests", "ApiExamples.cs").Lines];
    private static readonly MethodInfo[] Methods = typeof(ApiExamples).GetMethods(BindingFlags.Public | BindingFlags.Static);

    public static TheoryData<string> Types => [.. Methods.Select(method => method.Name[..^"Example".Length])];

    [Theory]
    [MemberData(nameof(Types))]
    public void TheReferenceHasTheExample(string type) => Assert.Equal(Body(type), Documented()[type]);

    [Fact]
    public void EveryExampleOfTheReferenceIsCompiledHere() =>
        Assert.Equal(Types.Select(row => row.Data).Order(), Documented().Keys.Order());

    [Theory]
    [MemberData(nameof(Types))]
    public void ItPrintsWhatStandsBehindIt(string type)
    {
        using StringWriter printed = new() { NewLine = "\n" };
        Methods.Single(method => method.Name == type + "Example").Invoke(null, [printed]);

        IEnumerable<string> said = Body(type).Split('\n').Select(line => Printing().Match(line)).Where(match => match.Success)
            .Select(match => match.Groups[1].Value);
        Assert.Equal(said, printed.ToString().TrimEnd('\n').Split('\n'));
        File.Delete("weather.safetensors");
        File.Delete("head.safetensors");
    }

    /// <summary>The lines of a method, without their indentation.</summary>
    private static string Body(string type) => string.Join('\n', Source
        .SkipWhile(line => !line.Contains($"void {type}Example(", StringComparison.Ordinal)).Skip(2).TakeWhile(line => line != "    }")
        .Select(line => line.Length > Indent.Length ? line[Indent.Length..] : ""));

    /// <summary>The examples in the documentation of types.</summary>
    private static Dictionary<string, string> Documented() => (
        from member in XDocument.Load(Path.Combine(AppContext.BaseDirectory, "OutputGrad.xml")).Descendants("member")
        let code = member.Element("example")?.Element("code")
        where code is not null && ((string)member.Attribute("name")!).StartsWith("T:", StringComparison.Ordinal)
        select (Type: TypeName().Match((string)member.Attribute("name")!).Groups[1].Value, Code: Unindented(code.Value)))
        .ToDictionary(example => example.Type, example => example.Code);

    // The compiler keeps the spaces that stand before every line of the comment.
    private static string Unindented(string code)
    {
        string[] lines = code.Trim('\r', '\n').TrimEnd().ReplaceLineEndings("\n").Split('\n');
        int indent = lines.Where(line => line.Trim().Length > 0).Min(line => line.Length - line.TrimStart().Length);
        return string.Join('\n', lines.Select(line => line.Length > indent ? line[indent..].TrimEnd() : ""));
    }

    [GeneratedRegex(@"\.(\w+)(`\d)?$")]
    private static partial Regex TypeName();

    [GeneratedRegex(@"^\s*Console\.WriteLine\(.*\);\s*// (.*)$")]
    private static partial Regex Printing();
}
