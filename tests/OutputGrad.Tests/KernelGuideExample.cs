namespace OutputGrad.Tests;

/// <summary>The example of docs/kernel.md, line by line, so that it compiles and runs as printed there.</summary>
internal static class KernelGuideExample
{
    // The parameter stands in for System.Console, so that the lines need not differ from the page's.
    public static void Run(TextWriter Console)
    {
        float[] hidden = [1f, 2f, -1f, 0.5f];                        // 2 rows x 2 features
        float[] weights = [0.1f, 0.2f, 0.3f, -0.1f, -0.2f, 0.4f];    // 3 classes x 2 features
        int[] targets = [2, 1];                                      // the true class of each row
        float[] weightGradient = new float[weights.Length], hiddenGradient = new float[hidden.Length];

        var result = LinearCrossEntropy.LossAndGradient<float>(hidden, weights, targets, hiddenGradient, weightGradient);
        Console.WriteLine($"loss {result.Loss:F4}, {result.Correct} of {result.Rows} rows right");
        Console.WriteLine($"dL/dW {string.Join(" ", weightGradient.Select(slope => $"{slope:F4}"))}");

        for (int i = 0; i < weights.Length; i++) weights[i] -= 0.5f * weightGradient[i];    // turn every dial against its slope
        result = LinearCrossEntropy.Loss(new OutputLayer<float>(weights), new LabeledBatch<float>(hidden, targets));
        Console.WriteLine($"loss {result.Loss:F4} after one step");
    }
}
