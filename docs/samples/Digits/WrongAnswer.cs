using OutputGrad;

namespace Digits;

/// <summary>A test digit that the classifier reads wrongly, and the gradient of its loss.</summary>
internal sealed class WrongAnswer
{
    private readonly double[] _image;
    private readonly double[] _gradient = new double[Classifier.DialCount];

    private WrongAnswer(Classifier classifier, DigitSet digits, int index, int answer)
    {
        Index = index;
        Truth = digits.Label(index);
        Answer = answer;
        _image = digits.Image(index).ToArray();
        LinearCrossEntropy.LossAndGradient(classifier.Layer, digits.AsBatch(index), Classifier.GradientsInto(_gradient));
    }

    /// <summary>Which of the test digits this is, from 0.</summary>
    public int Index { get; }

    public int Truth { get; }

    public int Answer { get; }

    public ReadOnlySpan<double> Image => _image;

    /// <summary>
    /// What the picture is multiplied by in each class's row of the gradient: p_i, and p_y - 1 for the true class.
    /// The bias's gradient is just these numbers, because the bias is a weight whose input is always 1.
    /// </summary>
    public ReadOnlySpan<double> Residual => _gradient.AsSpan(Classifier.WeightCount);

    /// <summary>The slopes along one class's 64 weights.</summary>
    public ReadOnlySpan<double> WeightGradient(int digit) => _gradient.AsSpan(digit * DigitSet.Pixels, DigitSet.Pixels);

    public double Probability(int digit) => digit == Truth ? 1 + Residual[digit] : Residual[digit];

    /// <summary>The steepest dials, steepest first. They come from the residual and the image alone: no gradient matrix is made.</summary>
    public Dial<double>[] TopDials(int count)
    {
        Dial<double>[] dials = new Dial<double>[count];
        int found = Sensitivity.TopDials(Residual, Image, dials);
        return dials[..found];
    }

    /// <summary>The wrong answer that the classifier was least sure of: there the most classes have a say.</summary>
    public static WrongAnswer LeastSure(Classifier classifier, DigitSet digits)
    {
        int[] predictions = new int[digits.Count];
        LinearCrossEntropy.Loss(classifier.Layer, digits.AsBatch(), rows: new RowResults<double> { Predictions = predictions });
        return Enumerable.Range(0, digits.Count)
            .Where(index => predictions[index] != digits.Label(index))
            .Select(index => new WrongAnswer(classifier, digits, index, predictions[index]))
            .MinBy(wrong => wrong.Probability(wrong.Answer))
            ?? throw new InvalidOperationException("Every test digit was read rightly: there is no wrong answer to look at.");
    }
}
