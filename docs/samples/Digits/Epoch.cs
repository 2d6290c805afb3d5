using OutputGrad;
using Samples;

namespace Digits;

/// <summary>How the classifier does after so many times through the training digits.</summary>
internal sealed record Epoch(int Number, CrossEntropyResult Training, CrossEntropyResult Test) : IEpoch
{
    public string Summary => $"loss {Training.Loss:0.0000}  accuracy {Accuracy(Training):0.000}";

    public static double Accuracy(CrossEntropyResult result) => (double)result.Correct / result.Rows;
}
