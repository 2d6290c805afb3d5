// The program of a new console app that uses the built package: two rows of logits 1, 2, 3 whose true classes are 2 and 0.
using System.Globalization;
using OutputGrad;

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;

double[] logits = [1, 2, 3, 1, 2, 3];
int[] targets = [2, 0];
double[] gradient = new double[logits.Length];

CrossEntropyResult fromLogits = SoftmaxCrossEntropy.LossAndGradient<double>(logits, targets, gradient);
Print("logits", fromLogits, gradient);

// A layer whose weights are the identity has its hidden vectors as logits.
double[] identity = [1, 0, 0, 0, 1, 0, 0, 0, 1];
double[] weightGradient = new double[identity.Length];
CrossEntropyResult fromLayer = LinearCrossEntropy.LossAndGradient<double>(logits, identity, targets, gradient, weightGradient);
Print("layer", fromLayer, gradient);

static void Print(string level, CrossEntropyResult result, double[] gradient) =>
    Console.WriteLine($"{level}: loss {result.Loss:F10}, row 0 gradient {gradient[0]:F10} {gradient[1]:F10} {gradient[2]:F10}");
