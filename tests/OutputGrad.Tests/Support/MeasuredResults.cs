using System.Text.Json;

namespace OutputGrad.Tests.Support;

/// <summary>The committed results of the CPU that pages quote.</summary>
internal sealed class MeasuredResults
{
    private readonly JsonElement[] _figures;

    private MeasuredResults(JsonElement[] figures) => _figures = figures;

    public static MeasuredResults Read()
    {
        using FileStream file = File.OpenRead(SourceTree.Path("benchmarks", "results", "amd-epyc-zen4.json"));
        using JsonDocument results = JsonDocument.Parse(file);
        return new(
        [
            .. from run in results.RootElement.GetProperty("runs").EnumerateArray()
               from measured in run.GetProperty("groups").EnumerateArray()
               from figure in measured.GetProperty("figures").EnumerateArray()
               select figure.Clone(),
        ]);
    }

    /// <summary>The first figure in float of that name.</summary>
    public double Value(string shape, int threads, string what) => Find(shape, threads, what).GetProperty("value").GetDouble();

    /// <summary>The same, as tables show it.</summary>
    public string Text(string shape, int threads, string what) => Find(shape, threads, what).GetProperty("text").GetString()!;

    private JsonElement Find(string shape, int threads, string what) => _figures.First(
        figure => figure.GetProperty("shape").GetString() == shape && figure.GetProperty("type").GetString() == "float"
            && figure.GetProperty("threads").GetInt32() == threads && figure.GetProperty("what").GetString() == what);
}
