using Microsoft.ML.OnnxRuntime;
using OutputGrad.Training;

namespace Interop;

/// <summary>
/// ONNX: a classifier goes to a file that any ONNX runtime serves, here ONNX Runtime itself, with the same probabilities.
/// </summary>
internal static class OnnxModels
{
    /// <summary>Both round the sums of a row's products in another order.</summary>
    private const float MostApart = 1e-6f;

    public static int Run(SoftmaxClassifier<string> classifier, Flowers flowers)
    {
        byte[] model = OnnxExport.Classifier(
            classifier.Weights, classifier.Bias, classifier.Features, classifier.Classes.Count, classifier.Temperature);
        float[] ours = new float[flowers.Rows * Flowers.Kinds.Length];
        classifier.PredictProbabilities(flowers.Measures, ours);

        using InferenceSession session = new(model);
        using OrtValue features = OrtValue.CreateTensorValueFromMemory(flowers.Measures, [flowers.Rows, Flowers.Features]);
        using RunOptions options = new();
        using IDisposableReadOnlyCollection<OrtValue> outputs = session.Run(options, ["features"], [features], ["probabilities"]);
        ReadOnlySpan<float> theirs = outputs[0].GetTensorDataAsSpan<float>();

        float apart = 0;
        for (int i = 0; i < ours.Length; i++)
        {
            apart = Math.Max(apart, Math.Abs(ours[i] - theirs[i]));
        }

        string share = apart <= MostApart ? "all" : "not all";
        Console.WriteLine($"ONNX Runtime: a model of {model.Length} bytes; {ours.Length} probabilities, {share} within 1e-6 of ours");
        return apart <= MostApart ? 0 : 1;
    }
}
