using OutputGrad;

namespace NextWord;

/// <summary>What AdamW remembers of some parameters from step to step.</summary>
internal sealed class Moments(int parameters)
{
    private readonly float[] _first = new float[parameters];
    private readonly float[] _second = new float[parameters];

    /// <param name="settings">The learning rate and the weight decay.</param>
    /// <param name="step">Which step it is, counted from 1.</param>
    public AdamW<float> Update(Settings settings, int step) =>
        new(settings.LearningRate, _first, _second, step, weightDecay: settings.WeightDecay);
}
