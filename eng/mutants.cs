#:package Microsoft.CodeAnalysis.CSharp
#:package System.CommandLine
#:property RestorePackagesWithLockFile=false
#:property PublishAot=false
#:property RunWorkingDirectory=$(MSBuildStartupDirectory)

// Mutation testing of the library: `dotnet run eng/mutants.cs -- --sample 60`, after a build of the tests in Release. All mutants are woven
// into one copy of the library, each behind a condition that a variable of the environment makes true. A first run of every test class
// tells which mutants it reaches; then each mutant meets the classes that reach it, the likely and the short ones first, until one fails.
// What ends a process, or takes far longer than without the mutant, is killed too. A mutant that no test reaches has survived.
using System.Collections.Concurrent;
using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Text;

const string Source = "src/OutputGrad";
Option<string> files = new("--files") { Description = "a regular expression of the paths to mutate", DefaultValueFactory = _ => "." };
Option<string> classes = new("--classes") { Description = "a regular expression of test classes", DefaultValueFactory = _ => "." };
Option<int> sample = new("--sample") { Description = "how many mutants in all", DefaultValueFactory = _ => int.MaxValue };
Option<int> perFile = new("--per-file") { Description = "how many mutants of a file at most", DefaultValueFactory = _ => int.MaxValue };
Option<int> seed = new("--seed") { Description = "what the choice is drawn from; the day, unless it is given" };
Option<int> floor = new("--floor") { Description = "the score in percent below which the run fails" };
Option<FileInfo?> again = new("--again") { Description = "an earlier report, whose survivors alone are run" };
Option<FileInfo?> output = new("--output") { Description = "where the report goes" };
RootCommand command = new("Changes the library in small ways and names the tests that notice.")
{
    files, classes, sample, perFile, seed, floor, again, output,
};
command.SetAction(values =>
{
    int drawn = values.GetResult(seed) is null ? (int)(DateTime.UtcNow.Ticks / TimeSpan.TicksPerDay) : values.GetValue(seed);
    Console.WriteLine($"seed {drawn}");
    Library library = Library.Read(Source);
    string scratch = Path.GetFullPath($"artifacts/mutants/{Environment.ProcessId}");
    Directory.CreateDirectory(scratch);
    try
    {
        string[]? report = values.GetValue(again) is { } earlier ? File.ReadAllLines(earlier.FullName) : null;
        Mutant[] every = [.. library.Mutants()];
        HashSet<string> accepted = Accepted.Read("eng/mutants-accepted.txt");
        string[] stale = [.. accepted.Except(every.Select(mutant => mutant.Name))];
        if (stale.Length > 0)
        {
            Console.WriteLine($"FAILED: no such mutants are accepted any more:\n{string.Join('\n', stale)}");
            return 1;
        }

        IEnumerable<Mutant> all = every.Where(mutant => report?.Contains(Report.Line(mutant, null)) ?? true);
        IEnumerable<Mutant> order = Choice.Draw(all, values.GetValue(files)!, values.GetValue(perFile), drawn);
        if (report is null && !order.Any())
        {
            Console.WriteLine("FAILED: no mutants in these files");
            return 1;
        }

        List<Mutant> mutants = library.Weave([.. order], values.GetValue(sample), Path.Combine(scratch, "OutputGrad.dll"));
        Suites suites = new(scratch, values.GetValue(classes)!);
        int broken = suites.Record(mutants);
        Report ends = new(accepted, values.GetValue(output));
        Suites.Each(mutants, mutant => ends.Add(mutant, suites.KillerOf(mutant)));
        return ends.Finish(values.GetValue(floor)) && broken == 0 ? 0 : 1;
    }
    finally
    {
        Directory.Delete(scratch, recursive: true);
    }
});
return command.Parse(args).Invoke();

/// <summary>A change of the source: another text in a place.</summary>
internal sealed record Mutant(string File, int Line, string Member, TextSpan Place, bool IsStatement, string Text, string Change)
{
    public int Id { get; set; }

    /// <summary>Whether it runs once in a process, so that only the first class that needs it is seen to reach it.</summary>
    public bool IsStaticInitializer { get; init; }

    /// <summary>Which of the places in its member where the same change can be made.</summary>
    public int Occurrence { get; init; } = 1;

    /// <summary>What a file of accepted survivors calls it: lines move.</summary>
    public string Name => $"{File} {Member}: {Change}{(Occurrence == 1 ? "" : $" ({Occurrence})")}";
}

/// <summary>What is mutated first where not all of it is: one random mutant of each file after the other.</summary>
internal static class Choice
{
    public static IEnumerable<Mutant> Draw(IEnumerable<Mutant> all, string files, int perFile, int seed)
    {
        Random random = new(seed);
        Mutant[][] byFile = [.. all.GroupBy(mutant => mutant.File).Select(group => Shuffled(group, random))];
        random.Shuffle(byFile);
        return byFile.Where(file => Regex.IsMatch(file[0].File, files))
            .SelectMany(file => file.Take(perFile).Select((mutant, rank) => (mutant, rank)))
            .OrderBy(entry => entry.rank).Select(entry => entry.mutant);
    }

    private static Mutant[] Shuffled(IEnumerable<Mutant> mutants, Random random)
    {
        Mutant[] shuffled = [.. mutants];
        random.Shuffle(shuffled);
        return shuffled;
    }
}

/// <summary>The library's source, compiled as the build compiles it.</summary>
internal sealed class Library(string folder, CSharpCompilation compilation)
{
    // What Is asks is constant to the code that is compiled once these fields are set.
    private const string Switch = """
        internal static class Mutation
        {
            private static readonly int Active =
                int.TryParse(System.Environment.GetEnvironmentVariable("OUTPUTGRAD_MUTANT"), out int id) ? id : -1;
            private static readonly System.IO.MemoryMappedFiles.MemoryMappedViewAccessor? Reached = Map();

            [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.AggressiveInlining)]
            internal static bool Is(int id) => Reached is null ? Active == id : Note(id);

            private static bool Note(int id)
            {
                Reached!.Write(id, true);
                return false;
            }

            private static System.IO.MemoryMappedFiles.MemoryMappedViewAccessor? Map() =>
                System.Environment.GetEnvironmentVariable("OUTPUTGRAD_MUTANTS_REACHED") is { } file
                    ? System.IO.MemoryMappedFiles.MemoryMappedFile.CreateFromFile(file).CreateViewAccessor()
                    : null;
        }
        """;

    public static Library Read(string folder)
    {
        ProcessStartInfo build = new("dotnet", [
            "msbuild", folder, "-nologo", "-t:Compile", "-p:Configuration=Release", "-p:ProvideCommandLineArgs=true",
            "-p:SkipCompilerExecution=true", "-p:NonExistentFile=none", "-getItem:CscCommandLineArgs"])
        {
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(build)!;
        using JsonDocument items = JsonDocument.Parse(process.StandardOutput.ReadToEnd());
        CSharpCommandLineArguments arguments = CSharpCommandLineParser.Default.Parse(
            items.RootElement.GetProperty("Items").GetProperty("CscCommandLineArgs").EnumerateArray()
                .Select(item => item.GetProperty("Identity").GetString()!),
            Path.GetFullPath(folder),
            RuntimeEnvironment.Folder);
        CSharpParseOptions parse = arguments.ParseOptions.WithDocumentationMode(DocumentationMode.None);
        return new(Path.GetFullPath(folder) + "/", CSharpCompilation.Create(
            "OutputGrad",
            arguments.SourceFiles.Select(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file.Path), parse, file.Path))
                .Append(CSharpSyntaxTree.ParseText(Switch, parse, "Mutation.cs")),
            arguments.MetadataReferences.Select(reference => MetadataReference.CreateFromFile(reference.Reference)),
            arguments.CompilationOptions.WithGeneralDiagnosticOption(ReportDiagnostic.Suppress)));
    }

    public IEnumerable<Mutant> Mutants() =>
        compilation.SyntaxTrees.Where(IsOurs).SelectMany(tree => new Mutator(NameOf(tree), tree).All())
            .GroupBy(mutant => mutant.Name)
            .SelectMany(same => same.Select((mutant, before) => mutant with { Occurrence = before + 1 }));

    /// <summary>The first mutants that compile, together, in the library that is written to a file.</summary>
    public List<Mutant> Weave(List<Mutant> order, int count, string path)
    {
        HashSet<Mutant> refused = [];
        while (true)
        {
            List<Mutant> chosen = [.. order.Where(mutant => !refused.Contains(mutant)).Take(count)];
            for (int i = 0; i < chosen.Count; i++)
            {
                chosen[i].Id = i;
            }

            Dictionary<string, WovenFile> woven = chosen.GroupBy(mutant => mutant.File).ToDictionary(
                group => group.Key, group => new WovenFile(compilation.SyntaxTrees.First(tree => NameOf(tree) == group.Key), group));
            EmitResult result = compilation.RemoveSyntaxTrees(woven.Values.Select(file => file.Before))
                .AddSyntaxTrees(woven.Values.Select(file => file.After)).Emit(path);
            if (result.Success)
            {
                Console.WriteLine($"{order.Count} mutants drawn from, {refused.Count} of them do not compile, {chosen.Count} woven");
                return chosen;
            }

            int before = refused.Count;
            foreach (Diagnostic error in result.Diagnostics.Where(one => one.Severity == DiagnosticSeverity.Error))
            {
                WovenFile file = woven.Values.FirstOrDefault(file => file.After == error.Location.SourceTree)
                    ?? throw new InvalidOperationException(error.ToString());
                refused.UnionWith(file.Suspects(error.Location.SourceSpan));
            }

            if (refused.Count == before)
            {
                throw new InvalidOperationException(string.Join('\n', result.Diagnostics));
            }
        }
    }

    private bool IsOurs(SyntaxTree tree) => tree.FilePath.StartsWith(folder, StringComparison.Ordinal)
        && !tree.FilePath.StartsWith(folder + "obj/", StringComparison.Ordinal);

    private string NameOf(SyntaxTree tree) => IsOurs(tree) ? tree.FilePath[folder.Length..] : "";
}

/// <summary>The runtime's folder, in which the compiler looks for what has no path.</summary>
internal static class RuntimeEnvironment
{
    public static string Folder => Path.GetDirectoryName(typeof(object).Assembly.Location)!;
}

/// <summary>A file with its mutants woven in, and where they went.</summary>
internal sealed class WovenFile
{
    private readonly string _source;
    private readonly StringBuilder _text = new();
    private readonly List<(TextSpan Place, Mutant Mutant)> _alternatives = [];
    private readonly List<(TextSpan Place, Mutant[] Mutants)> _points = [];

    public WovenFile(SyntaxTree tree, IEnumerable<Mutant> mutants)
    {
        Before = tree;
        _source = tree.ToString();
        Stack<(TextSpan, Mutant[])> points = new(mutants.GroupBy(mutant => (mutant.Place, mutant.IsStatement))
            .OrderByDescending(group => group.Key.Place.Start).ThenBy(group => group.Key.Place.Length)
            .ThenBy(group => group.Key.IsStatement).Select(group => (group.Key.Place, group.ToArray())));
        Write(new TextSpan(0, _source.Length), points);
        After = CSharpSyntaxTree.ParseText(_text.ToString(), (CSharpParseOptions)tree.Options, tree.FilePath);
    }

    public SyntaxTree Before { get; }

    public SyntaxTree After { get; }

    /// <summary>Whom an error is blamed on: who wrote the text, who is in it, who is around it, who is in the same member.</summary>
    public IEnumerable<Mutant> Suspects(TextSpan error)
    {
        Mutant[] writers = [.. _alternatives.Where(one => one.Place.Contains(error)).Select(one => one.Mutant)];
        Mutant[] inside = [.. _points.Where(point => error.Contains(point.Place)).SelectMany(point => point.Mutants)];
        Mutant[] literals = [.. inside.Where(mutant => char.IsDigit(mutant.Text[0]))];
        Mutant[] around = [.. _points.Where(point => point.Place.Contains(error))
            .OrderBy(point => point.Place.Length).Take(1).SelectMany(point => point.Mutants)];
        SyntaxNode? member = After.GetRoot().FindNode(error).AncestorsAndSelf().FirstOrDefault(node => node is BaseMethodDeclarationSyntax);
        Mutant[] bare = [.. _alternatives.Where(one => member?.Span.Contains(one.Place) ?? true).Select(one => one.Mutant)];
        return new[] { writers, literals, inside, around, bare }.First(group => group.Length > 0 || group == bare);
    }

    private void Write(TextSpan span, Stack<(TextSpan Place, Mutant[] Mutants)> points)
    {
        int next = span.Start;
        while (points.TryPeek(out (TextSpan Place, Mutant[] Mutants) point) && span.Contains(point.Place))
        {
            points.Pop();
            _text.Append(_source, next, point.Place.Start - next);
            int start = _text.Length;
            bool isStatement = point.Mutants[0].IsStatement;
            _text.Append(isStatement ? "" : "(");
            foreach (Mutant mutant in point.Mutants)
            {
                string condition = $"global::Mutation.Is({mutant.Id})";
                _text.Append(isStatement ? $"if ({condition}) {{ " : $"{condition} ? (");
                _alternatives.Add((new TextSpan(_text.Length - 1, mutant.Text.Length + 2), mutant));
                _text.Append(mutant.Text).Append(isStatement ? " } else " : ") : ");
            }

            _text.Append(isStatement ? "{ " : "(");
            Write(point.Place, points);
            _text.Append(isStatement ? " }" : "))");
            _points.Add((TextSpan.FromBounds(start, _text.Length), point.Mutants));
            next = point.Place.End;
        }

        _text.Append(_source, next, span.End - next);
    }
}

/// <summary>Every mutant of a file. Messages, attributes, constants and assertions of the debug build have none.</summary>
internal sealed class Mutator(string file, SyntaxTree tree)
{
    public IEnumerable<Mutant> All() => tree.GetRoot().DescendantNodes(IsMutated).Where(IsMutated).SelectMany(Of)
        .DistinctBy(mutant => (mutant.Place, mutant.Text));

    private static bool IsMutated(SyntaxNode node) => node switch
    {
        AttributeListSyntax or PatternSyntax or InterpolatedStringExpressionSyntax or EnumMemberDeclarationSyntax or ThrowStatementSyntax
            or ThrowExpressionSyntax or SwitchLabelSyntax or TypeSyntax => false,
        EqualsValueClauseSyntax { Parent: ParameterSyntax } => false,
        FieldDeclarationSyntax field => !field.Modifiers.Any(SyntaxKind.ConstKeyword),
        LocalDeclarationStatementSyntax local => !local.IsConst,
        InvocationExpressionSyntax call => call.Expression.ToString() is not ("nameof" or "Debug.Assert"),
        _ => true,
    };

    private IEnumerable<Mutant> Of(SyntaxNode node) => node switch
    {
        BinaryExpressionSyntax binary => Swapped(binary, binary.OperatorToken),
        LiteralExpressionSyntax literal => Shifted(literal),
        InvocationExpressionSyntax call => Extremes(call),
        ExpressionStatementSyntax statement => OfStatement(statement),
        IfStatementSyntax branch => Negated(branch.Condition).Concat(Unguarded(branch)),
        WhileStatementSyntax loop => Negated(loop.Condition),
        DoStatementSyntax loop => Negated(loop.Condition),
        ConditionalExpressionSyntax choice => Negated(choice.Condition),
        ReturnStatementSyntax { Expression: { } result } when Owner(node) is { } owner => Answers(result, owner),
        ArrowExpressionClauseSyntax arrow => Answers(arrow.Expression, arrow.Parent!),
        _ => [],
    };

    private IEnumerable<Mutant> Swapped(SyntaxNode node, SyntaxToken token, bool isStatement = false) =>
        Others(token.Text).Select(other => Make(node, Replaced(node, token.Span, other), isStatement));

    private static string[] Others(string operation) => operation switch
    {
        "+" => ["-"],
        "-" => ["+"],
        "*" => ["/"],
        "/" or "%" => ["*"],
        "<" => ["<=", ">="],
        "<=" => ["<", ">"],
        ">" => [">=", "<="],
        ">=" => [">", "<"],
        "==" => ["!="],
        "!=" => ["=="],
        "&&" => ["||"],
        "||" => ["&&"],
        "&" => ["|"],
        "|" => ["&"],
        "<<" => [">>"],
        ">>" => ["<<"],
        "+=" => ["-="],
        "-=" => ["+="],
        "*=" => ["/="],
        "/=" => ["*="],
        "++" => ["--"],
        "--" => ["++"],
        _ => [],
    };

    private IEnumerable<Mutant> Shifted(LiteralExpressionSyntax literal)
    {
        string suffix = literal.Token.Value switch { uint => "u", long => "L", ulong => "UL", float => "f", double => "d", _ => "" };
        if (literal.Token.Value is int or uint or long or ulong or float or double)
        {
            decimal value;
            try
            {
                value = Convert.ToDecimal(literal.Token.Value, CultureInfo.InvariantCulture);
            }
            catch (OverflowException)
            {
                yield break;
            }

            yield return Make(literal, FormattableString.Invariant($"{value + 1}{suffix}"));
            if (value > 0)
            {
                yield return Make(literal, value < 1 ? "0" + suffix : FormattableString.Invariant($"{value - 1}{suffix}"));
            }
        }
    }

    private IEnumerable<Mutant> Extremes(InvocationExpressionSyntax call)
    {
        if (call.Expression is MemberAccessExpressionSyntax { Name: { Identifier.ValueText: "Min" or "Max" } name })
        {
            yield return Make(call, Replaced(call, name.Identifier.Span, name.Identifier.ValueText == "Min" ? "Max" : "Min"));
        }
    }

    private IEnumerable<Mutant> OfStatement(ExpressionStatementSyntax statement)
    {
        if (statement.DescendantNodes().Any(node => node is DeclarationExpressionSyntax)
            || statement.Expression is InvocationExpressionSyntax call && !IsMutated(call))
        {
            return [];
        }

        SyntaxToken token = statement.Expression switch
        {
            AssignmentExpressionSyntax assignment => assignment.OperatorToken,
            PostfixUnaryExpressionSyntax postfix => postfix.OperatorToken,
            PrefixUnaryExpressionSyntax prefix => prefix.OperatorToken,
            _ => default,
        };
        return Swapped(statement, token, isStatement: true).Append(Make(statement, "", isStatement: true));
    }

    private IEnumerable<Mutant> Unguarded(IfStatementSyntax branch)
    {
        if (branch.Statement is BlockSyntax { Statements: [ThrowStatementSyntax] } or ThrowStatementSyntax)
        {
            yield return Make(branch.Condition, "false");
        }
    }

    private IEnumerable<Mutant> Negated(ExpressionSyntax condition) => [Make(condition, $"!({OneLine(condition)})")];

    private IEnumerable<Mutant> Answers(ExpressionSyntax result, SyntaxNode owner)
    {
        string? type = owner switch
        {
            MethodDeclarationSyntax method => method.ReturnType.ToString(),
            LocalFunctionStatementSyntax function => function.ReturnType.ToString(),
            PropertyDeclarationSyntax property => property.Type.ToString(),
            OperatorDeclarationSyntax operation => operation.ReturnType.ToString(),
            _ => null,
        };
        return type == "bool" ? [Make(result, "false"), Make(result, "true")] : [];
    }

    private static SyntaxNode? Owner(SyntaxNode node) => node.Ancestors().FirstOrDefault(
        one => one is MemberDeclarationSyntax or LocalFunctionStatementSyntax or AnonymousFunctionExpressionSyntax);

    private Mutant Make(SyntaxNode node, string text, bool isStatement = false)
    {
        MemberDeclarationSyntax? member = node.Ancestors().OfType<MemberDeclarationSyntax>().FirstOrDefault();
        string name = member switch
        {
            MethodDeclarationSyntax method => method.Identifier.ValueText,
            PropertyDeclarationSyntax property => property.Identifier.ValueText,
            ConstructorDeclarationSyntax => "constructor",
            OperatorDeclarationSyntax operation => operation.OperatorToken.ValueText,
            BaseFieldDeclarationSyntax field => field.Declaration.Variables[0].Identifier.ValueText,
            BaseTypeDeclarationSyntax type => type.Identifier.ValueText,
            _ => "member",
        };
        string change = text.Length == 0 ? $"{OneLine(node)} removed" : $"{OneLine(node)} becomes {text}";
        bool isInitializer = member is BaseFieldDeclarationSyntax or PropertyDeclarationSyntax { Initializer: not null }
            or ConstructorDeclarationSyntax;
        return new(file, tree.GetLineSpan(node.Span).StartLinePosition.Line + 1, name, node.Span, isStatement, text, change)
        {
            IsStaticInitializer = isInitializer && member!.Modifiers.Any(SyntaxKind.StaticKeyword),
        };
    }

    private static string Replaced(SyntaxNode node, TextSpan part, string text)
    {
        SourceText source = SourceText.From(node.ToString());
        return OneLine(source.WithChanges(new TextChange(new(part.Start - node.SpanStart, part.Length), text)).ToString());
    }

    private static string OneLine(SyntaxNode node) => OneLine(node.ToString());

    private static string OneLine(string text) => Regex.Replace(Regex.Replace(text, "//[^\n]*", ""), @"\s+", " ");
}

/// <summary>The classes of tests, and what each reaches.</summary>
internal sealed class Suites
{
    // Processes of their own, and minutes.
    private static readonly string[] LeftOut = ["OutputGrad.Tests.Bits.VectorPaths", "OutputGrad.Tests.Memory.Hostile."];
    private const double LongestSeconds = 30;
    private readonly string _folder;
    private readonly string[] _classes;
    private readonly ConcurrentDictionary<string, double> _seconds = [];
    private readonly ConcurrentDictionary<int, ConcurrentBag<string>> _reaching = [];
    private readonly ConcurrentDictionary<(string File, string Class), int> _kills = [];

    public Suites(string scratch, string classes)
    {
        _folder = Path.Combine(scratch, "tests");
        foreach (string file in Directory.EnumerateFiles("tests/OutputGrad.Tests/bin/Release/net10.0"))
        {
            Directory.CreateDirectory(_folder);
            File.Copy(file, Path.Combine(_folder, Path.GetFileName(file)));
        }

        File.Copy(Path.Combine(scratch, "OutputGrad.dll"), Path.Combine(_folder, "OutputGrad.dll"), overwrite: true);
        _classes = [.. Run(["-list", "classes"], 60).Text.Split('\n').Select(line => line.Trim())
            .Where(line => line.StartsWith("OutputGrad.Tests.", StringComparison.Ordinal) && Regex.IsMatch(line, classes)
                && !LeftOut.Any(line.StartsWith))];
    }

    /// <summary>Runs all classes without a mutant, in a process per core that waits after each until its marks are read.</summary>
    /// <returns>How many fail.</returns>
    public int Record(List<Mutant> mutants)
    {
        Stopwatch watch = Stopwatch.StartNew();
        int failed = 0;
        Each(_classes.Index().GroupBy(entry => entry.Index % Environment.ProcessorCount, entry => entry.Item), classes =>
        {
            string reached = Path.Combine(_folder, $"reached-{classes.Key}");
            File.WriteAllBytes(reached, new byte[mutants.Count + 1]);
            ProcessStartInfo start = Start(["-automated", "sync", .. Filter(classes)], ("OUTPUTGRAD_MUTANTS_REACHED", reached));
            using Process process = Process.Start(start)!;
            process.BeginErrorReadLine();
            string name = "";
            while (process.StandardOutput.ReadLine() is { } line)
            {
                if (line.Contains("\"test-class-starting\"", StringComparison.Ordinal))
                {
                    name = Field(line, "TestClassName");
                    File.WriteAllBytes(reached, new byte[mutants.Count + 1]);
                }
                else if (line.Contains("\"test-class-finished\"", StringComparison.Ordinal))
                {
                    double seconds = double.Parse(Field(line, "ExecutionTime"), CultureInfo.InvariantCulture);
                    bool isGood = Field(line, "TestsFailed") == "0" && seconds <= LongestSeconds;
                    if (!isGood)
                    {
                        Console.WriteLine($"left out, {(seconds > LongestSeconds ? "too long" : "fails without a mutant")}: {name}");
                        Interlocked.Add(ref failed, seconds > LongestSeconds ? 0 : 1);
                    }
                    else
                    {
                        _seconds[name] = seconds;
                        File.ReadAllBytes(reached).Index().Where(entry => entry.Item != 0).ToList()
                            .ForEach(entry => _reaching.GetOrAdd(entry.Index, _ => []).Add(name));
                    }
                }

                process.StandardInput.WriteLine();
            }
        });
        Console.WriteLine($"{_seconds.Count} classes in {watch.Elapsed.TotalSeconds:0} s without a mutant reach {_reaching.Count}");
        return failed;
    }

    /// <summary>The test that fails with a mutant. Classes run in growing groups: most mutants fall to the first.</summary>
    public string? KillerOf(Mutant mutant)
    {
        ConcurrentBag<string> reaching = _reaching.GetValueOrDefault(mutant.Id, []);
        IEnumerable<string> candidates = mutant.IsStaticInitializer && !reaching.IsEmpty ? _seconds.Keys : reaching;
        string[] order = [.. candidates
            .OrderByDescending(name => _kills.GetValueOrDefault((mutant.File, name))).ThenBy(name => _seconds[name])];
        for (int first = 0, count = 2; first < order.Length; first += count, count *= 2)
        {
            string[] group = [.. order.Skip(first).Take(count)];
            double limit = (5 * group.Sum(name => _seconds[name])) + 30;
            Outcome outcome = Run(["-stopOnFail", .. Filter(group)], limit, ("OUTPUTGRAD_MUTANT", $"{mutant.Id}"));
            if (outcome.HasFailed)
            {
                string test = Regex.Match(outcome.Text, @"(OutputGrad\.Tests\.\S+?)[( ].*\[FAIL\]").Groups[1].Value;
                if (group.FirstOrDefault(name => test.StartsWith(name + ".", StringComparison.Ordinal)) is { } killer)
                {
                    _kills.AddOrUpdate((mutant.File, killer), 1, (_, kills) => kills + 1);
                }

                return test.Length > 0 ? test : outcome.IsLate ? "its time" : "the end of the process";
            }
        }

        return null;
    }

    public static void Each<TItem>(IEnumerable<TItem> items, Action<TItem> action) => Parallel.ForEach(
        Partitioner.Create(items, EnumerablePartitionerOptions.NoBuffering),
        new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount },
        action);

    private static string Field(string line, string name) => Regex.Match(line, $"\"{name}\":\"?([^\",}}]*)").Groups[1].Value;

    private static string[] Filter(IEnumerable<string> classes) => [.. classes.SelectMany(name => new[] { "-class", name })];

    private ProcessStartInfo Start(string[] arguments, params (string Name, string Value)[] variables)
    {
        ProcessStartInfo start = new(Path.Combine(_folder, "OutputGrad.Tests"), ["-noColor", "-parallelMode", "none", .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment =
            {
                ["OUTPUTGRAD_PROPERTY_CASES"] = "10", ["OUTPUTGRAD_PROPERTY_REPLAY"] = null, ["DOTNET_DbgEnableMiniDump"] = "0",
                ["DOTNET_TieredPGO"] = "0",
            },
        };
        foreach ((string name, string value) in variables)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    private Outcome Run(string[] arguments, double seconds, params (string Name, string Value)[] variables)
    {
        using Process process = Process.Start(Start(arguments, variables))!;
        StringBuilder text = new();
        process.OutputDataReceived += (_, line) => text.AppendLine(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        bool isLate = !process.WaitForExit(TimeSpan.FromSeconds(seconds));
        if (isLate)
        {
            process.Kill(entireProcessTree: true);
        }

        process.WaitForExit();
        return new(isLate || process.ExitCode != 0, isLate, text.ToString());
    }
}

/// <summary>How a run of some tests ended.</summary>
internal sealed record Outcome(bool HasFailed, bool IsLate, string Text);

/// <summary>Survivors that somebody looked at: a mutant's name in a line, and why it changes nothing in the next, indented.</summary>
internal static class Accepted
{
    public static HashSet<string> Read(string path) => [.. File.ReadLines(path).Where(line => line.Length > 0 && !char.IsWhiteSpace(line[0])
        && line[0] != '#')];
}

/// <summary>What became of the mutants, in lines as they end, and per file.</summary>
internal sealed class Report(HashSet<string> accepted, FileInfo? output)
{
    private readonly List<(Mutant Mutant, string? Killer)> _ends = [];

    public static string Line(Mutant mutant, string? killer) =>
        $"{mutant.File}:{mutant.Line}: {(killer is null ? "SURVIVED" : $"killed by {killer}")}: {mutant.Name}";

    public void Add(Mutant mutant, string? killer)
    {
        lock (_ends)
        {
            _ends.Add((mutant, killer));
            string line = Line(mutant, killer);
            if (killer is null && !IsAccepted(mutant))
            {
                Console.WriteLine(line);
            }

            if (output is not null)
            {
                File.AppendAllText(output.FullName, line + "\n");
            }
        }
    }

    public bool Finish(int floor)
    {
        Console.WriteLine("\n| file | mutants | killed | accepted | score |\n|---|---|---|---|---|");
        foreach (string file in _ends.Select(end => end.Mutant.File).Distinct().Order(StringComparer.Ordinal))
        {
            Console.WriteLine($"| {file} | {Row([.. _ends.Where(end => end.Mutant.File == file)])} |");
        }

        int killed = _ends.Count(end => end.Killer is not null);
        int accepted = _ends.Count(end => end.Killer is null && IsAccepted(end.Mutant));
        Console.WriteLine($"\nmutants: {_ends.Count}, killed {killed}, accepted {accepted}");
        return 100 * killed >= floor * (_ends.Count - accepted);
    }

    private string Row((Mutant Mutant, string? Killer)[] ends)
    {
        int killed = ends.Count(end => end.Killer is not null);
        int accepted = ends.Count(end => end.Killer is null && IsAccepted(end.Mutant));
        string score = ends.Length == accepted ? "" : $"{100 * killed / (ends.Length - accepted)} %";
        return $"{ends.Length} | {killed} | {accepted} | {score}";
    }

    private bool IsAccepted(Mutant mutant) => accepted.Contains(mutant.Name);
}
