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

float[] logits = numbers.Signed<float>(Rows * Classes);
bits.Add(SoftmaxCrossEntropy.Loss<float>(logits, targets));
float[] distributions = new float[Rows * Classes];
LinearSoftmax.Probabilities(layer, hidden, Rows, distributions);
bits.Add(SoftmaxCrossEntropy.Loss<float>(logits, distributions, Rows));
Say("loss from logits");

const int Part = Classes / 2;
SoftmaxState<float>[] states = new SoftmaxState<float>[Rows];
for (int first = 0; first < Classes; first += Part)
{
    SoftmaxState<float>[] own = new SoftmaxState<float>[Rows];
    LinearCrossEntropy.ShardForward(Shard(first), batch, first, Classes, own);
    states = first == 0 ? own : [.. states.Zip(own, SoftmaxState<float>.Merge)];
}

byte[] wire = new byte[SoftmaxState<float>.WireBytes], normWire = new byte[SquaredNorm.WireBytes];
states = [.. states.Select(state =>
{
    state.WriteTo(wire);
    return SoftmaxState<float>.ReadFrom(wire);
})];
SquaredNorm[] squaredNorms = new SquaredNorm[Rows];
LinearCrossEntropy.ShardSquaredNorms(Shard(0), batch, 0, Classes, states, squaredNorms);
squaredNorms[0].WriteTo(normWire);
bits.Add(LinearCrossEntropy.ShardStep(
    weights.AsSpan(0, Part * Features), bias.AsSpan(0, Part), batch, 0, Classes, states, new Sgd<float>(.1)));
bits.Add<float>(weights);
bits.Add(Array.ConvertAll(normWire, one => (int)one));
bits.Add([SquaredNorm.ReadFrom(normWire) == squaredNorms[0] ? 1 : 0]);
Say("shards");

Dial<float>[] dials = new Dial<float>[5];
Sensitivity.TopDials<float>(weights.AsSpan(0, Classes), hidden.AsSpan(0, Features), dials);
bits.Add<float>([.. dials.Select(dial => dial.Slope)]);
double[] parameters = [1, 2], slopes = new double[2];
FiniteDifference.Gradient(parameters, () => parameters[0] * parameters[1], slopes);
bits.Add<double>(slopes);
bits.Add<double>([FiniteDifference.Slope(parameters, 1, () => parameters[0] * parameters[1])]);
Say("dials and differences");

SafetensorsFile.Save(layerFile, [new("weights", [Classes, Features], weights), new("bias", [Classes], bias)]);
using (SafetensorsFile file = SafetensorsFile.Open(layerFile))
{
    bits.Add(LinearCrossEntropy.Loss(file.Layer("weights", "bias"), batch));
    bits.Add(file.Read<float>("weights"));
    bits.Add(file.Read<float>("weights", Features, Features));
    bits.Add(Array.ConvertAll(file.ReadBytes("bias").ToArray(), one => (int)one));
}

Say("storage");

SoftmaxClassifier<string> classifier = new(Features, labels.Distinct().Order(StringComparer.Ordinal));
Add(classifier.Fit(hidden, labels, new() { MaxIterations = 20 }));
bits.Add<double>([classifier.Calibrate(hidden, labels), classifier.Evaluate(hidden, labels).TopKAccuracy]);
bits.Add(classifier.PartialFit(hidden, labels));
ReadOnlyMemory<float>[] rows = [.. Enumerable.Range(0, Rows).Select(row => hidden.AsMemory(row * Features, Features))];
SoftmaxClassifier<string> ofRows = new(Features, ["0", "1", "2", "3"]);
Add(ofRows.Fit(rows, labels, new() { MaxIterations = 20 }));
Add(ofRows.Fit(rows, labels, rows, labels, new() { MaxIterations = 20 }));
PathReport pathOfRows = ofRows.FitPath(rows, labels, rows, labels, [1, .1], new() { MaxIterations = 20 });
Add(pathOfRows.Points[pathOfRows.Best].Report);
Add(classifier.Fit(hidden, labels, hidden, labels, new() { MaxIterations = 20 }));
PathReport pathOfFeatures = classifier.FitPath(hidden, labels, hidden, labels, [1, .1], new() { MaxIterations = 20 });
Add(pathOfFeatures.Points[pathOfFeatures.Best].Report);
bits.Add<double>([ofRows.Calibrate(rows, labels), ofRows.Evaluate(rows, labels).TopKAccuracy]);
bits.Add(ofRows.PartialFit(rows, labels));
ofRows.PredictProbabilities(rows, distributions);
bits.Add<float>(distributions);
Prediction<string>[] top = new Prediction<string>[2];
bits.Add([ofRows.Predict(hidden.AsSpan(0, Features), top)]);
bits.Add<float>([ofRows.Predict(hidden.AsSpan(0, Features)).Probability, top[1].Probability]);
classifier.Save(classifierFile);
float[] probabilities = new float[Classes];
SoftmaxClassifier<string>.Load(classifierFile, label => label).PredictProbabilities(hidden.AsSpan(0, Features), probabilities);
bits.Add<float>(probabilities);
Say("classifier");
Directory.Delete(folder, recursive: true);

void Add(FitReport report) => bits.Add<double>([report.Objective, report.Loss, report.LargestSlope, report.Iterations]);

OutputLayer<float> Shard(int first) => new(weights.AsSpan(first * Features, Part * Features), bias.AsSpan(first, Part));

void Say(string what) => Console.WriteLine($"{bits.Value:x16} {what}");
