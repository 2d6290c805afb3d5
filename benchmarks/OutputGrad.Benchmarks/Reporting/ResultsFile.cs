using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace OutputGrad.Benchmarks.Reporting;

/// <summary>
/// The results of one CPU, the only source of every figure: the page, the pictures and what README says of speed are made from it.
/// </summary>
internal sealed record ResultsFile
{
    private static readonly JsonSerializerOptions OnOneLine = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,   // for files, where an apostrophe may be one
    };

    private static readonly JsonSerializerOptions Indented = new(OnOneLine)
    {
        WriteIndented = true,
        NewLine = "\n",
        Converters = { new LineByLine() },
    };

    public required string Title { get; init; }

    public required string Processor { get; init; }

    public required string Caches { get; init; }

    public required List<MeasuredRun> Runs { get; init; }

    /// <summary>All figures, in the file's order.</summary>
    [JsonIgnore]
    public IEnumerable<MeasuredFigure> Figures => Runs.SelectMany(run => run.Groups).SelectMany(group => group.Figures);

    public static ResultsFile Read(string path) => JsonSerializer.Deserialize<ResultsFile>(File.ReadAllText(path), OnOneLine)
        ?? throw new FormatException($"{path} holds no results.");

    /// <summary>The file, or an empty one of this machine where there is none.</summary>
    /// <exception cref="InvalidOperationException">It holds the results of another processor.</exception>
    public static ResultsFile ReadOrBegin(string path)
    {
        if (!File.Exists(path))
        {
            return new() { Title = Machine.Name, Processor = Machine.Processor, Caches = Machine.Caches, Runs = [] };
        }

        ResultsFile file = Read(path);
        return file.Processor == Machine.Processor
            ? file
            : throw new InvalidOperationException($"{path} has the results of {file.Processor}, and this is {Machine.Processor}.");
    }

    /// <summary>The first figure in float of that name, or null.</summary>
    public MeasuredFigure? Find(string shape, int threads, string what) => Figures.FirstOrDefault(
        figure => figure.Type == "float" && (figure.Shape, figure.Threads, figure.What) == (shape, threads, what));

    /// <summary>The run that a figure is of.</summary>
    public MeasuredRun RunOf(MeasuredFigure figure) => Runs.First(run => run.Groups.Exists(group => group.Figures.Contains(figure)));

    public void Write(string path) => File.WriteAllText(path, JsonSerializer.Serialize(this, Indented) + "\n");

    /// <summary>Puts a run in the place of the one with its title, or behind all others.</summary>
    public void Put(MeasuredRun run)
    {
        int place = Runs.FindIndex(other => other.Title == run.Title);
        if (place < 0)
        {
            Runs.Add(run);
        }
        else
        {
            Runs[place] = run with { Note = Runs[place].Note };
        }
    }

    /// <summary>A figure takes a line, so that changes are seen one by one.</summary>
    private sealed class LineByLine : JsonConverter<MeasuredFigure>
    {
        public override MeasuredFigure? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            JsonSerializer.Deserialize<MeasuredFigure>(ref reader, OnOneLine);

        public override void Write(Utf8JsonWriter writer, MeasuredFigure value, JsonSerializerOptions options) =>
            writer.WriteRawValue("\n            " + JsonSerializer.Serialize(value, OnOneLine));
    }
}
