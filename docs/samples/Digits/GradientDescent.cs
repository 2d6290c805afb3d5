using OutputGrad;
using Samples;

namespace Digits;

/// <summary>Mini-batch gradient descent: a few digits at a time, every dial a little against its slope.</summary>
internal sealed class GradientDescent(Classifier classifier, DigitSet training, DigitSet test, Random random) : ITraining<Epoch>
{
    private const int BatchSize = 32;
    private const double LearningRate = 0.3;

    private readonly int[] _order = [.. Enumerable.Range(0, training.Count)];
    private readonly double[] _gradient = new double[Classifier.DialCount];

    public int Epochs => 100;

    public long Rows => (long)Epochs * _order.Length;

    public IEnumerable<Epoch> Run(Action<int> advance)
    {
        yield return Evaluate(0);
        for (int epoch = 1; epoch <= Epochs; epoch++)
        {
            ShowEveryDigitOnce(advance);
            yield return Evaluate(epoch);
        }
    }

    private void ShowEveryDigitOnce(Action<int> advance)
    {
        random.Shuffle(_order);
        foreach (int[] indices in _order.Chunk(BatchSize))
        {
            LinearCrossEntropy.LossAndGradient(classifier.Layer, training.AsBatch(indices), Classifier.GradientsInto(_gradient));
            TurnDials();
            advance(indices.Length);
        }
    }

    private void TurnDials()
    {
        Span<double> dials = classifier.Dials;
        for (int i = 0; i < dials.Length; i++)
        {
            dials[i] -= LearningRate * _gradient[i];
        }
    }

    private Epoch Evaluate(int number) => new(number, classifier.Evaluate(training), classifier.Evaluate(test));
}
