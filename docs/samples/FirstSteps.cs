#:project ../../src/OutputGrad
#:property PublishAot=false
#:property RestorePackagesWithLockFile=false

// The library in one file: `dotnet run docs/samples/FirstSteps.cs`.
// One output layer learns to tell three kinds of fruit apart by how red, how long and how heavy a fruit is, each from 0 to 1.
using OutputGrad;

string[] kinds = ["apple", "lemon", "plum"];
int[] targets = [0, 0, 1, 1, 2, 2];    // the kinds of six fruits
double[] hidden = [0.8, 0.3, 0.9, 0.6, 0.2, 0.8, 0.1, 0.8, 0.6, 0.2, 0.9, 0.5, 0.7, 0.5, 0.2, 0.6, 0.4, 0.1];    // three numbers each

// The dials: a weight for each kind and number, and a bias for each kind. At zero, all kinds are equally likely.
double[] weights = new double[3 * 3], bias = new double[3], slopes = new double[weights.Length];
OutputLayer<double> Layer() => new(weights, bias);
LabeledBatch<double> Fruits() => new(hidden, targets);
double Loss() => LinearCrossEntropy.Loss(Layer(), Fruits()).Loss;
Console.WriteLine($"at the start the loss is {Loss():F4}: as unsure as among {Math.Exp(Loss()):F1} kinds");
// One call computes the slope of the loss along every dial. To measure one dial's slope, nudge it both ways and see what the loss does.
LinearCrossEntropy.LossAndGradient(Layer(), Fruits(), new OutputGradients<double> { Weights = slopes });
double measured = FiniteDifference.Slope(weights, index: 0, Loss);
Console.WriteLine($"the dial from red to apple has the slope {slopes[0]:F7}, and {measured:F7} when it is nudged");
Console.WriteLine($"so the loss {(slopes[0] < 0 ? "falls" : "grows")} when this dial is turned up");

// To train is to turn every dial a little against its slope, many times. Step does that in the pass that computes the slopes.
for (int step = 1; step <= 1000; step++)
{
    LinearCrossEntropy.Step(weights, bias, Fruits(), new Sgd<double>(learningRate: 0.5));
    if (step is 1 or 10 or 100 or 1000)
    {
        Console.WriteLine($"after {step,4} steps the loss is {Loss():F4}");
    }
}

// The loss is -log p of the true kind, so that exp(-loss) is how likely a kind is, here for a fruit that took no part in training.
foreach (int kind in Enumerable.Range(0, kinds.Length))
{
    double loss = LinearCrossEntropy.Loss(Layer(), new LabeledBatch<double>([0.7, 0.6, 0.3], [kind])).Loss;
    Console.WriteLine($"a new fruit, quite red, rather long and light: {Math.Exp(-loss),6:P1} {kinds[kind]}");
}
