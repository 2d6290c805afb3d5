#:project ../../src/OutputGrad
#:package Sep
#:property PublishAot=false
#:property RestorePackagesWithLockFile=false

// From a CSV file to a classifier: `dotnet run docs/samples/csv-probe.cs vectors.csv`, or .csv.gz; without a file it takes the digits'.
// A row is a vector's numbers and, in the last column, its label. Every fifth row, in shuffled order, is kept for the test.
using System.IO.Compression;
using nietras.SeparatedValues;
using OutputGrad.Training;

string path = args.FirstOrDefault() ?? "docs/samples/Digits/data/digits.csv.gz";
List<(float[] Vector, string Label)> rows = [];
using Stream file = File.OpenRead(path);
using Stream text = path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file;
using SepReader reader = Sep.Reader(options => options with { HasHeader = false, Unescape = true }).From(text);
foreach (SepReader.Row row in reader)
{
    // a first line of names is left out
    if (row.RowIndex > 0 || row[0].TryParse<float>() is not null)
    {
        float[] vector = new float[row.ColCount - 1];
        for (int i = 0; i < vector.Length; i++)
        {
            vector[i] = row[i].TryParse<float>()
                ?? throw new FormatException($"{path}, line {row.LineNumberFrom}, column {i + 1}: '{row[i]}' is no number.");
        }

        rows.Add((vector, row[^1].ToString()));
    }
}

(float[] Vector, string Label)[] shuffled = [.. rows];
new Random(1).Shuffle(shuffled);
(float[] Vector, string Label)[] test = [.. shuffled.Take(rows.Count / 5)], training = [.. shuffled.Skip(rows.Count / 5)];

SoftmaxClassifier<string> classifier = new(rows[0].Vector.Length, rows.Select(row => row.Label).Distinct());
FitReport report = classifier.Fit(Vectors(training), Labels(training));
Console.WriteLine($"{report.Reason} after {report.Iterations} iterations on {training.Length} rows");
Console.WriteLine(classifier.Evaluate(Vectors(test), Labels(test)));

string model = $"{Path.GetFileName(path).Split('.')[0]}.safetensors";
classifier.Save(model);
Console.WriteLine($"saved as {model}");

static float[] Vectors((float[] Vector, string Label)[] rows) => [.. rows.SelectMany(row => row.Vector)];
static string[] Labels((float[] Vector, string Label)[] rows) => [.. rows.Select(row => row.Label)];
