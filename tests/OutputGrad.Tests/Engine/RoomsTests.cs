using System.Text.RegularExpressions;
using OutputGrad.Tests.Support;
using Xunit;

namespace OutputGrad.Tests.Engine;

/// <summary>
/// The engine's folders are rooms one above the other, and a file uses only rooms below its own. Its <c>using</c> lines are read from the
/// sources, for a compiler takes them in any order.
/// </summary>
public sealed partial class RoomsTests
{
    private const string Engine = "OutputGrad.Engine";

    /// <summary>From the top down.</summary>
    private static readonly string[] Rooms =
    [
        "Calls", "FewRows", "Layer", "Strips", "Logits", "OuterProducts", "Optimizers", "Arguments", "Loss", "Tile", "Work", "Arithmetic",
        "Simd",
    ];

    private static readonly Lazy<(string Room, string Path, string Text)[]> SourceFiles = new(Files);

    /// <summary>In both directions: no room without a place in the order, and no place without a room.</summary>
    [Fact]
    public void EveryFolderIsARoom() =>
        Assert.Equal(Rooms.Order(StringComparer.Ordinal), SourceFiles.Value.Select(file => file.Room).Distinct());

    [Fact]
    public void EveryFileIsInARoom() => Assert.Empty(Directory.EnumerateFiles(EnginePath(), "*.cs"));

    [Fact]
    public void TheNamespaceOfAFileIsItsRoom() =>
        Assert.All(SourceFiles.Value, file => Assert.Equal([$"{Engine}.{file.Room}"], Namespaces().Matches(file.Text).Select(Named)));

    [Fact]
    public void AFileUsesOnlyRoomsBelowItsOwn()
    {
        (string Room, string Path, string Used)[] uses =
        [
            .. from file in SourceFiles.Value
               from used in Uses().Matches(file.Text).Select(Named).Where(IsOfTheEngine).Concat(UsesInCode(file.Text))
               select (file.Room, file.Path, used),
        ];

        Assert.True(uses.Length > Rooms.Length, "The lines that name rooms are not found.");
        Assert.Empty(uses.Where(use => !IsBelow(use.Used, use.Room)).Select(use => $"{use.Path} uses {use.Used}"));
    }

    /// <summary>A room that is named in full needs no <c>using</c> line, so none is.</summary>
    [Fact]
    public void NoRoomIsNamedInFullInTheCode() => Assert.All(SourceFiles.Value, file => Assert.DoesNotMatch(FullNames(), file.Text));

    [Fact]
    public void PublicTypesAreInTheNamespaceOfTheLibrary()
    {
        string[] paths = [.. Directory.EnumerateFiles(SourceTree.Path("src", "OutputGrad"), "*.cs")];

        Assert.NotEmpty(paths);
        Assert.All(paths, path => Assert.Equal(["OutputGrad"], Namespaces().Matches(File.ReadAllText(path)).Select(Named)));
        Assert.All(typeof(LinearCrossEntropy).Assembly.GetExportedTypes(), type => Assert.False(IsOfTheEngine(type.Namespace!)));
    }

    [Theory]
    [InlineData("OutputGrad.Engine.Tile", "Layer", true)]
    [InlineData("OutputGrad.Engine.Layer", "Tile", false)]
    [InlineData("OutputGrad.Engine.Tile", "Tile", false)]
    [InlineData("OutputGrad.Engine.Cellar", "Tile", false)]
    [InlineData("OutputGrad.Engine", "Calls", false)]
    public void RoomsBelowAreThoseLaterInTheOrder(string used, string room, bool isBelow) => Assert.Equal(isBelow, IsBelow(used, room));

    [Theory]
    [InlineData("using OutputGrad.Engine.Calls;", "OutputGrad.Engine.Calls")]
    [InlineData("using static OutputGrad.Engine.Calls.LayerCall;", "OutputGrad.Engine.Calls.LayerCall")]
    [InlineData("global using OutputGrad.Engine.Calls;", "OutputGrad.Engine.Calls")]
    [InlineData("using Call = OutputGrad.Engine.Calls.LayerCall<float>;", "OutputGrad.Engine.Calls.LayerCall<float>")]
    public void EveryKindOfUsingLineIsRead(string line, string named) =>
        Assert.Equal([named], Uses().Matches($"// head\n{line}\n").Select(Named));

    /// <summary>
    /// Types behind the last part of a room's name, as in <c>Work.Workers</c>: a room sees its neighbors without a <c>using</c> line.
    /// </summary>
    private static IEnumerable<string> UsesInCode(string text)
    {
        string code = string.Join('\n', text.Split('\n').Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal)));
        return from type in SourceFiles.Value
               let name = $"{type.Room}.{Path.GetFileNameWithoutExtension(type.Path)}"
               where Regex.IsMatch(code, $@"(?<![\w.]){name}\b")
               select $"{Engine}.{name}";
    }

    private static bool IsOfTheEngine(string name) => name == Engine || name.StartsWith($"{Engine}.", StringComparison.Ordinal);

    private static bool IsBelow(string used, string room) =>
        used.Split('.') is [_, _, var other, ..] && Array.IndexOf(Rooms, other) > Array.IndexOf(Rooms, room);

    private static string Named(Match line) => line.Groups["name"].Value;

    private static (string Room, string Path, string Text)[] Files() =>
    [
        .. from folder in Directory.EnumerateDirectories(EnginePath()).Order(StringComparer.Ordinal)
           from path in Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
           select (Path.GetFileName(folder), Path.GetRelativePath(EnginePath(), path), File.ReadAllText(path)),
    ];

    private static string EnginePath() => SourceTree.Path("src", "OutputGrad", "Engine");

    [GeneratedRegex(@"^(global )?using (static )?(\w+ = )?(?<name>[^;()]+);", RegexOptions.Multiline)]
    private static partial Regex Uses();

    [GeneratedRegex(@"^namespace (?<name>[^;{\s]+)", RegexOptions.Multiline)]
    private static partial Regex Namespaces();

    /// <summary>But for <c>using</c> lines, the namespace's, and comments.</summary>
    [GeneratedRegex(@"^(?!(global )?using |namespace |\s*//).*\bEngine\.[A-Z]", RegexOptions.Multiline)]
    private static partial Regex FullNames();
}
