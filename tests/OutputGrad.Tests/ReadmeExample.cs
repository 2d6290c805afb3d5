using OutputGrad.Training;

namespace OutputGrad.Tests;

/// <summary>README's code, line by line, so that it compiles and runs as printed there.</summary>
internal static class ReadmeExample
{
    // The parameter stands in for System.Console, so that the lines need not differ from README's.
    public static void Classify(TextWriter Console, float[] embeddings, string[] labels)
    {
        float[] test = embeddings, embedding = embeddings[..384];
        string[] testLabels = labels;

        SoftmaxClassifier<string> classifier = new(features: 384, labels.Distinct());
        FitReport report = classifier.Fit(embeddings, labels);           // rows x 384 numbers, a label per row
        Console.WriteLine($"{report.Reason} after {report.Iterations} iterations");
        Console.WriteLine(classifier.Evaluate(test, testLabels));        // accuracy, log-loss, each class
        Prediction<string> answer = classifier.Predict(embedding);       // microseconds, and no allocation
        classifier.PartialFit(embedding, ["card arrival"]);              // learns from one more row
        classifier.Save("intents.safetensors");                          // the same bytes on every machine

        Console.WriteLine(answer.Label);
    }

    public static void Train()
    {
        float[] hidden = [1f, 2f, -1f, .5f], weights = [.1f, .2f, .3f, -.1f, -.2f, .4f], bias = new float[3];
        float[] hiddenGradient = new float[4], weightGradient = new float[6], biasGradient = new float[3];
        float[] firstMoment = new float[9], secondMoment = new float[9];
        int[] targets = [2, 1];

        LabeledBatch<float> batch = new(hidden, targets);                // rows x features, and a class for each row
        CrossEntropyResult result = LinearCrossEntropy.LossAndGradient(
            new OutputLayer<float>(weights, bias), batch, new() { Hidden = hiddenGradient, Weights = weightGradient, Bias = biasGradient });
        LinearCrossEntropy.Step(weights, bias, batch, new AdamW<float>(1e-3, firstMoment, secondMoment, step: 1), hiddenGradient);

        _ = result;
    }
}
