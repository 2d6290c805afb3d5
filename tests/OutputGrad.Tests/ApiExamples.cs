using OutputGrad.Storage;
using OutputGrad.Training;

namespace OutputGrad.Tests;

/// <summary>
/// The examples of the reference, one for a type. Each method's body stands in the type's documentation, line by line; what it prints
/// stands behind the line that prints it.
/// </summary>
internal static class ApiExamples
{
    // The parameter stands in for System.Console, so that the lines need not differ from the reference's.
    public static void LinearCrossEntropyExample(TextWriter Console)
    {
        float[] weights = new float[3 * 2], bias = new float[3];                // 3 classes x 2 features
        float[] hidden = [1f, 2f, -1f, .5f];                                    // 2 rows x 2 features
        int[] targets = [2, 1];
        float[] weightGradient = new float[6], biasGradient = new float[3], hiddenGradient = new float[4];

        LabeledBatch<float> batch = new(hidden, targets);
        CrossEntropyResult result = LinearCrossEntropy.LossAndGradient(
            new OutputLayer<float>(weights, bias),
            batch,
            new OutputGradients<float> { Weights = weightGradient, Bias = biasGradient, Hidden = hiddenGradient });
        Console.WriteLine($"{result.Loss:F4}");                                 // 1.0986

        for (int step = 0; step < 10; step++)
        {
            result = LinearCrossEntropy.Step(weights, bias, batch, new Sgd<float>(.5));
        }

        Console.WriteLine($"{result.Loss:F4}, {result.Correct} of 2 right");    // 0.1200, 2 of 2 right
    }

    public static void LinearSoftmaxExample(TextWriter Console)
    {
        float[] weights = [1f, 0f, 0f, 1f, -1f, -1f];                           // 3 classes x 2 features
        float[] hidden = [2f, 1f];                                              // a row of 2 features
        int[] classes = new int[2];
        float[] logProbabilities = new float[2];

        LinearSoftmax.TopK(new OutputLayer<float>(weights), hidden, rows: 1, classes, logProbabilities);
        Console.WriteLine($"{classes[0]}, {MathF.Exp(logProbabilities[0]):F3}");    // 0, 0.727
        Console.WriteLine($"{classes[1]}, {MathF.Exp(logProbabilities[1]):F3}");    // 1, 0.268
    }

    public static void SoftmaxCrossEntropyExample(TextWriter Console)
    {
        float[] logits = [2f, 1f, 0f, 0f, 0f, 3f];                              // 2 rows x 3 classes
        int[] targets = [0, 2];
        float[] gradient = new float[logits.Length];

        CrossEntropyResult result = SoftmaxCrossEntropy.LossAndGradient<float>(logits, targets, gradient);
        Console.WriteLine($"{result.Loss:F4}, {result.Correct} of 2 right");    // 0.2513, 2 of 2 right
        Console.WriteLine($"{gradient[0]:F4}");                                 // -0.1674
    }

    public static void SoftmaxStateExample(TextWriter Console)
    {
        float[] weights = [1f, 0f, 0f, 1f, -1f, -1f, 2f, 0f];                   // 4 classes x 2 features
        LabeledBatch<float> batch = new([2f, 1f], (int[])[3]);
        SoftmaxState<float>[] first = new SoftmaxState<float>[1], second = new SoftmaxState<float>[1];

        LinearCrossEntropy.ShardForward(new OutputLayer<float>(weights.AsSpan(0, 4)), batch, firstClass: 0, classes: 4, first);
        LinearCrossEntropy.ShardForward(new OutputLayer<float>(weights.AsSpan(4)), batch, firstClass: 2, classes: 4, second);
        SoftmaxState<float> merged = SoftmaxState<float>.Merge(first[0], second[0]);
        Console.WriteLine($"{merged.LogSumExp - merged.TargetLogit:F4}");       // 0.1706
    }

    public static void OuterProductExample(TextWriter Console)
    {
        float[] residual = [.5f, -.5f], hidden = [1f, 2f, 3f];
        float[] gradient = new float[residual.Length * hidden.Length];          // 2 x 3

        OuterProduct.Add<float>(residual, hidden, gradient, scale: 1);
        Console.WriteLine(string.Join(" ", gradient.Select(slope => $"{slope:F1}")));    // 0.5 1.0 1.5 -0.5 -1.0 -1.5
    }

    public static void FiniteDifferenceExample(TextWriter Console)
    {
        double[] logits = [2, 1, 0];
        double[] computed = new double[3];
        SoftmaxCrossEntropy.LossAndGradient<double>(logits, (int[])[1], computed);

        double measured = FiniteDifference.Slope(logits, 0, () => SoftmaxCrossEntropy.Loss<double>(logits, (int[])[1]).Loss);
        Console.WriteLine($"{computed[0]:F6}, measured {measured:F6}");         // 0.665241, measured 0.665241
    }

    public static void SensitivityExample(TextWriter Console)
    {
        float[] residual = [.2f, -.9f, .7f], hidden = [0f, 1f, .5f];            // of one row: p - target, and its features
        Dial<float>[] dials = new Dial<float>[2];

        Sensitivity.TopDials<float>(residual, hidden, dials);
        Console.WriteLine($"class {dials[0].Class}, feature {dials[0].Feature}: {dials[0].Slope:F1}");    // class 1, feature 1: -0.9
    }

    public static void SgdExample(TextWriter Console)
    {
        float[] weights = new float[2 * 1], bias = new float[2];
        LabeledBatch<float> batch = new([1f, -1f], (int[])[0, 1]);              // 2 rows of a feature

        Sgd<float> descent = new(learningRate: .5, weightDecay: 1e-4);
        for (int step = 0; step < 10; step++)
        {
            LinearCrossEntropy.Step(weights, bias, batch, descent);
        }

        Console.WriteLine($"{weights[0]:F3}");                                  // 1.131
    }

    public static void MomentumExample(TextWriter Console)
    {
        float[] weights = new float[2 * 1], bias = new float[2];
        float[] velocity = new float[weights.Length + bias.Length];             // yours, to save with the parameters
        LabeledBatch<float> batch = new([1f, -1f], (int[])[0, 1]);

        for (int step = 0; step < 10; step++)
        {
            LinearCrossEntropy.Step(weights, bias, batch, new Momentum<float>(.1, velocity));
        }

        Console.WriteLine($"{weights[0]:F3}");                                  // 1.417
    }

    public static void AdamWExample(TextWriter Console)
    {
        float[] weights = new float[2 * 1], bias = new float[2];
        float[] first = new float[4], second = new float[4];                    // a number for each parameter
        LabeledBatch<float> batch = new([1f, -1f], (int[])[0, 1]);

        for (int step = 1; step <= 10; step++)
        {
            LinearCrossEntropy.Step(weights, bias, batch, new AdamW<float>(.1, first, second, step));
        }

        Console.WriteLine($"{weights[0]:F3}");                                  // 0.936
    }

    public static void LinearProbeExample(TextWriter Console)
    {
        float[] features = [1f, 2f, 3f, 4f, 5f, 6f];                            // 6 rows of a feature
        int[] classes = [0, 0, 1, 0, 1, 1];
        float[] weights = new float[2 * 1], bias = new float[2];

        FitReport report = LinearProbe.Fit(weights, bias, new LabeledBatch<float>(features, classes), new FitOptions { L2 = .01 });
        Console.WriteLine($"{report.Reason}, loss {report.Loss:F3}");           // Converged, loss 0.413
    }

    public static void SoftmaxClassifierExample(TextWriter Console)
    {
        float[] features = [-4f, .9f, 12f, .7f, 29f, .4f, -1f, .8f, 14f, .5f, 31f, .2f];    // 6 rows x 2 features
        string[] labels = ["cold", "mild", "warm", "cold", "mild", "warm"];

        SoftmaxClassifier<string> classifier = new(features: 2, labels.Distinct());
        classifier.Fit(features, labels);
        Prediction<string> answer = classifier.Predict([27f, .3f]);
        Console.WriteLine(answer.Label);                                        // warm

        classifier.PartialFit([3f, .9f], ["cold"]);                             // learns from one more row
        classifier.Save("weather.safetensors");
    }

    public static void SafetensorsFileExample(TextWriter Console)
    {
        float[] weights = [1f, 0f, 0f, 1f, -1f, -1f], bias = new float[3];
        SafetensorsFile.Save("head.safetensors", [new("weight", [3, 2], weights), new("bias", [3], bias)]);

        using SafetensorsFile file = SafetensorsFile.Open("head.safetensors");
        OutputLayer<float> layer = file.Layer("weight", "bias");                // in place: valid until the file is disposed
        CrossEntropyResult result = LinearCrossEntropy.Loss(layer, new LabeledBatch<float>([2f, 1f], (int[])[0]));
        Console.WriteLine($"{result.Loss:F4}");                                 // 0.3182
    }
}
