using OutputGrad.Training;

namespace OutputGrad.Tests;

/// <summary>The code of docs/training.md, line by line, so that it compiles and runs as printed there.</summary>
internal static class TrainingGuideExample
{
    // The parameter stands in for System.Console, so that the lines need not differ from the page's.
    public static void Fit(TextWriter Console)
    {
        SoftmaxClassifier<string> classifier = new(features: 2, ["cold", "mild", "warm"]);
        float[] days = [-4f, .9f, -1f, .8f, 12f, .7f, 14f, .5f, 29f, .4f, 31f, .2f];    // rows x features: degrees, and how cloudy
        string[] labels = ["cold", "cold", "mild", "mild", "warm", "warm"];

        FitReport report = classifier.Fit(days, labels);
        Console.WriteLine($"{report.Reason} after {report.Iterations} iterations, loss {report.Loss:F3}");

        Prediction<string> prediction = classifier.Predict([27f, .3f]);
        Console.WriteLine($"{prediction.Label}, {prediction.Probability:P0}");

        classifier.Save("days.safetensors");
    }

    public static void Path(
        TextWriter Console,
        SoftmaxClassifier<string> classifier,
        float[] features,
        string[] labels,
        float[] validationFeatures,
        string[] validationLabels)
    {
        double[] strengths = [.. new[] { 10, 1, .1, .01 }.Select(strength => strength / labels.Length)];
        PathReport path = classifier.FitPath(features, labels, validationFeatures, validationLabels, strengths);
        Console.WriteLine($"L2 = {path.Points[path.Best].L2}");
    }
}
