using OutputGrad;

namespace Digits;

/// <summary>The whole model: one output layer, straight from pixels to ten scores. Each number in it is a dial.</summary>
internal sealed class Classifier
{
    public const int WeightCount = DigitSet.Classes * DigitSet.Pixels;
    public const int DialCount = WeightCount + DigitSet.Classes;
    private const double LargestInitialWeight = 0.01;

    private readonly double[] _dials = new double[DialCount];

    /// <summary>Small random weights and a bias of zero: every digit starts out about equally likely.</summary>
    public Classifier(Random random)
    {
        foreach (ref double weight in Weights)
        {
            weight = LargestInitialWeight * (2 * random.NextDouble() - 1);
        }
    }

    /// <summary>All the dials in one row: the weights [classes x pixels], then the bias [classes].</summary>
    public Span<double> Dials => _dials;

    public Span<double> Weights => _dials.AsSpan(0, WeightCount);

    public Span<double> Bias => _dials.AsSpan(WeightCount);

    /// <summary>The dials as the library reads them.</summary>
    public OutputLayer<double> Layer => new(Weights, Bias);

    public CrossEntropyResult Evaluate(DigitSet digits) => LinearCrossEntropy.Loss(Layer, digits.AsBatch());

    /// <summary>The slope of the mean loss over the digits along every dial, in the order of <see cref="Dials"/>.</summary>
    public double[] Gradient(DigitSet digits)
    {
        double[] gradient = new double[DialCount];
        LinearCrossEntropy.LossAndGradient(Layer, digits.AsBatch(), GradientsInto(gradient));
        return gradient;
    }

    /// <summary>Where the library is to write, so that each slope has the index of its dial.</summary>
    public static OutputGradients<double> GradientsInto(Span<double> gradient) =>
        new() { Weights = gradient[..WeightCount], Bias = gradient[WeightCount..] };
}
