#:property RestorePackagesWithLockFile=false
#:property PublishAot=false

// The site, from the pages of the repository: `dotnet tool restore && dotnet run eng/site.cs`, into artifacts/site.
// Pages keep their places, so that links between them work here and there. Links to what is no page lead to the repository.
using System.Diagnostics;
using System.Text.RegularExpressions;

const string Staging = "artifacts/site-source";
foreach (string folder in (string[])[Staging, "artifacts/site"])
{
    if (Directory.Exists(folder))
    {
        Directory.Delete(folder, recursive: true);
    }
}

string[] tracked = Lines("git", "ls-files", "--cached", "--others", "--exclude-standard");
HashSet<string> pages = [.. tracked.Where(IsPage)];
foreach (string page in pages)
{
    Write(page == "README.md" ? "index.md" : page, new Page(page, pages).Staged(File.ReadAllText(page)));
}

foreach (string file in tracked.Where(IsPicture))
{
    Copy(file, file);
}

foreach (string file in tracked.Where(file => file.StartsWith("docs/site/", StringComparison.Ordinal)))
{
    Copy(file, file["docs/site/".Length..]);
}

// both packages, for the reference
Run("dotnet", "build", "-c", "Release", "src/OutputGrad.Mpi", "-o", $"{Staging}/bin");
Run("dotnet", "docfx", $"{Staging}/docfx.json", "--warningsAsErrors");
return;

static bool IsPage(string file) => file.EndsWith(".md", StringComparison.Ordinal)
    && !file.StartsWith("tests/", StringComparison.Ordinal)
    && !file.StartsWith(".github/", StringComparison.Ordinal);

static bool IsPicture(string file) =>
    Path.GetExtension(file) is ".svg" or ".png" && !file.StartsWith("docs/site/", StringComparison.Ordinal);

static void Write(string path, string text)
{
    Directory.CreateDirectory(Path.Combine(Staging, Path.GetDirectoryName(path)!));
    File.WriteAllText(Path.Combine(Staging, path), text);
}

static void Copy(string file, string path)
{
    Directory.CreateDirectory(Path.Combine(Staging, Path.GetDirectoryName(path)!));
    File.Copy(file, Path.Combine(Staging, path));
}

static string[] Lines(string program, params string[] arguments)
{
    using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
    string output = process.StandardOutput.ReadToEnd();
    process.WaitForExit();
    return process.ExitCode == 0 ? output.Split('\n', StringSplitOptions.RemoveEmptyEntries) : throw Failed(program, process);
}

static void Run(string program, params string[] arguments)
{
    using Process process = Process.Start(program, arguments);
    process.WaitForExit();
    if (process.ExitCode != 0)
    {
        throw Failed(program, process);
    }
}

static Exception Failed(string program, Process process) => new InvalidOperationException($"{program} ended with {process.ExitCode}.");

/// <summary>A page on its way to the site.</summary>
internal sealed partial class Page(string path, HashSet<string> pages)
{
    private const string Repository = "https://github.com/OutputGrad/OutputGrad/blob/main/";

    /// <summary>The page's text with its links as they are on the site, and without badges, which are other sites' pictures.</summary>
    public string Staged(string text) =>
        Link().Replace(Badge().Replace(text, ""), link => $"]({Target(link.Groups[1].Value)}{link.Groups[2].Value})");

    /// <summary>A link's target as seen from the page's place in the site; what is no page or picture is the repository's.</summary>
    private string Target(string target)
    {
        string folder = Path.GetDirectoryName(path)!;
        string full = Path.GetRelativePath(".", Path.Combine(folder, target)).Replace('\\', '/');
        string file = pages.Contains($"{full}/README.md") ? $"{full}/README.md" : full;
        return file == "README.md" ? Relative("index.md")
            : pages.Contains(file) || Path.GetExtension(file) is ".svg" or ".png" ? Relative(file)
            : Repository + full;

        string Relative(string to) => Path.GetRelativePath(folder.Length == 0 ? "." : folder, to).Replace('\\', '/');
    }

    [GeneratedRegex(@"^\[!\[.*\n", RegexOptions.Multiline)]
    private static partial Regex Badge();

    /// <summary>To a place in the repository, and a heading of it.</summary>
    [GeneratedRegex(@"\]\(([^)#:\s]+)(#[^)\s]*)?\)")]
    private static partial Regex Link();
}
