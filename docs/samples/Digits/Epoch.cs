using OutputGrad;

namespace Digits;

/// <summary>How the classifier does after so many times through the training digits.</summary>
internal sealed record Epoch(int Number, CrossEntropyResult Training, CrossEntropyResult Test)
{
    public static double Accuracy(CrossEntropyResult result) => (double)result.Correct / result.Rows;
}
