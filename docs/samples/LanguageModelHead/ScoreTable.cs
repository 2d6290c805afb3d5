using System.Globalization;
using Samples;

namespace LanguageModelHead;

/// <summary>Every token's scores in a file, as tab-separated values with a head line. The file takes its name when it is whole.</summary>
internal sealed class ScoreTable : IDisposable
{
    private readonly string _path;
    private readonly string _temporary;
    private readonly StreamWriter _writer;

    private ScoreTable(string path, int top)
    {
        if (Directory.Exists(path))
        {
            throw new InvalidDataException("It is a folder.");
        }

        _path = path;
        _temporary = $"{path}.{Path.GetRandomFileName()}.tmp";
        _writer = new StreamWriter(_temporary) { NewLine = "\n" };
        string choices = string.Concat(Enumerable.Range(1, top).Select(place => $"\ttoken_{place}\tlog_probability_{place}"));
        _writer.WriteLine("position\ttarget\tlog_probability\trank\tentropy" + choices);
    }

    /// <exception cref="MisuseException">No file can be written there.</exception>
    public static ScoreTable Create(string path, Head head) =>
        NamedFile.Use("--tsv", path, () => new ScoreTable(path, Math.Min(TokenScore.TopCount, head.Tokens)));

    /// <summary>Numbers are written with all digits that tell a float from the next.</summary>
    public void Write(IEnumerable<TokenScore> scores)
    {
        foreach (TokenScore score in scores)
        {
            string choices = string.Concat(score.Top.Select(choice => $"\t{choice.Token}\t{Number(choice.LogProbability)}"));
            _writer.WriteLine(
                $"{score.Position}\t{score.Target}\t{Number(score.LogProbability)}\t{score.Rank}\t{Number(score.Entropy)}{choices}");
        }
    }

    /// <summary>Closes the file and gives it its name.</summary>
    public void Complete()
    {
        _writer.Dispose();
        File.Move(_temporary, _path, overwrite: true);
    }

    public void Dispose()
    {
        _writer.Dispose();
        File.Delete(_temporary);
    }

    private static string Number(double number) => ((float)number).ToString("R", CultureInfo.InvariantCulture);
}
