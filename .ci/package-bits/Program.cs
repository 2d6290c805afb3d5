// Hashes of the results of every entry point: of the tests' golden cases, then, with the argument "others", of what those do not call.
using System.Globalization;
using OutputGrad;
using OutputGrad.Storage;
using OutputGrad.Tests.Bits;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Training;

if (args is not ["others"])
{
    foreach (string hash in BitCases.Hashes())
    {
        Console.WriteLine(hash);
    }

    return;
}

const int Rows = 60, Features = 16, Classes = 4;
IntegerNumbers numbers = new(1);
float[] hidden = numbers.Signed<float>(Rows * Features);
int[] targets = numbers.Targets(Rows, Classes, ignored: null);
string[] labels = Array.ConvertAll(targets, target => target.ToString(CultureInfo.InvariantCulture));
float[] weights = new float[Classes * Features], bias = new float[Classes];
string folder = Directory.CreateTempSubdirectory().FullName;
string classifierFile = Path.Combine(folder, "classifier.safetensors"), layerFile = Path.Combine(folder, "layer.safetensors");
BitHash bits = new();

LabeledBatch<float> batch = new(hidden, targets);
Add(LinearProbe.Fit(weights, bias, batch, new() { MaxIterations = 20 }));
PathReport path = LinearProbe.FitPath(weights, bias, batch, batch, [1, .1], new() { MaxIterations = 20 });
Add(path.Points[path.Best].Report);
Say("probe");

OutputLayer<float> layer = new(weights, bias);
bits.Add(LinearCrossEntropy.Loss(layer, batch));
bits.Add(LinearCrossEntropy.Loss(layer, batch with { RowIndices = [3, 1, 3] }));
Say("loss");

Dial<float>[] dials = new Dial<float>[5];
Sensitivity.TopDials<float>(weights.AsSpan(0, Classes), hidden.AsSpan(0, Features), dials);
bits.Add<float>([.. dials.Select(dial => dial.Slope)]);
double[] parameters = [1, 2], slopes = new double[2];
FiniteDifference.Gradient(parameters, () => parameters[0] * parameters[1], slopes);
bits.Add<double>(slopes);
Say("dials and differences");

SafetensorsFile.Save(layerFile, [new("weights", [Classes, Features], weights), new("bias", [Classes], bias)]);
using (SafetensorsFile file = SafetensorsFile.Open(layerFile))
{
    bits.Add(LinearCrossEntropy.Loss(file.Layer("weights", "bias"), batch));
}

Say("storage");

SoftmaxClassifier<string> classifier = new(Features, labels.Distinct().Order(StringComparer.Ordinal));
Add(classifier.Fit(hidden, labels, new() { MaxIterations = 20 }));
bits.Add<double>([classifier.Calibrate(hidden, labels), classifier.Evaluate(hidden, labels).TopKAccuracy]);
bits.Add(classifier.PartialFit(hidden, labels));
classifier.Save(classifierFile);
float[] probabilities = new float[Classes];
SoftmaxClassifier<string>.Load(classifierFile, label => label).PredictProbabilities(hidden.AsSpan(0, Features), probabilities);
bits.Add<float>(probabilities);
Say("classifier");
Directory.Delete(folder, recursive: true);

void Add(FitReport report) => bits.Add<double>([report.Objective, report.Loss, report.LargestSlope, report.Iterations]);

void Say(string what) => Console.WriteLine($"{bits.Value:x16} {what}");
