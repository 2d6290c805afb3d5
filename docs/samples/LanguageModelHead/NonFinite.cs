using OutputGrad;
using Samples;

namespace LanguageModelHead;

/// <summary>Looks for what keeps a position from having a log-probability: a number in a file, or the size of all of them.</summary>
internal static class NonFinite
{
    public static MisuseException Reason(Head head, HiddenStates states, int position)
    {
        string refused = $"position {position} cannot be scored.";
        ReadOnlySpan<float> hidden = states.Widened(position, 1);
        if (IndexIn(hidden) is int feature and >= 0)
        {
            return new MisuseException($"Option '--hidden': {refused} Its hidden state has {hidden[feature]} at feature {feature}.");
        }

        OutputLayer<float> layer = head.Layer;
        for (int token = 0; token < head.Tokens; token++)
        {
            ReadOnlySpan<float> weights = head.Row(token);
            if (IndexIn(weights) is int weight and >= 0)
            {
                return new MisuseException(
                    $"Option '--file': {refused} The weights of token {token} have {weights[weight]} at feature {weight}.");
            }

            float bias = layer.Bias.IsEmpty ? 0 : layer.Bias[token];
            bool masksAnother = float.IsNegativeInfinity(bias) && token != states.Target(position);
            if (!float.IsFinite(bias) && !masksAnother)
            {
                return new MisuseException($"Option '--file': {refused} The bias of token {token} is {bias}.");
            }
        }

        return new MisuseException($"Options '--file' and '--hidden': {refused} The logits leave the range of single precision.");
    }

    private static int IndexIn(ReadOnlySpan<float> numbers)
    {
        for (int i = 0; i < numbers.Length; i++)
        {
            if (!float.IsFinite(numbers[i]))
            {
                return i;
            }
        }

        return -1;
    }
}
