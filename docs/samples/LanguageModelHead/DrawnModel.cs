using System.Numerics;
using OutputGrad.Storage;
using Samples;

namespace LanguageModelHead;

/// <summary>
/// A head of a small model's shape and hidden states for it, drawn at random: no model has them, but what is computed from them has the
/// cost and the look of the real thing.
/// </summary>
/// <remarks>
/// <para>
/// Tokens of low ids are frequent, as in real vocabularies: ids 0, 1 to 2, 3 to 6 and so on, each of these octaves as often as any other,
/// which is nearly Zipf's law. The first feature carries the logarithm of that frequency; all other weights are noise. A hidden state is
/// the row of weights of the token that follows, times a random strength, and noise whose variance is that strength. By Bayes' rule the
/// softmax is then nearly what can be known of the token from its hidden state (exactly, if all rows had one length): a head that is as
/// sure as it may be, so that the mean entropy and the mean loss estimate one number.
/// </para>
/// <para>
/// Each weight is a number that F32, F16 and BF16 all have, so that the three formats hold the same head.
/// </para>
/// </remarks>
internal static class DrawnModel
{
    public const string WeightsName = "model.embed_tokens.weight";

    private const int Tokens = 49_152;
    private const int Features = 576;
    private const int DefaultPositions = 1024;

    // 1.5 times 2^15 tokens: 15 octaves, and half of one more that the ids end in.
    private const int HalfOctaves = 31;

    // An octave further, a token is half as likely: its first feature is less by 1/16, and that of all hidden states is 16 ln 2
    // as bfloat16 has it.
    private const float OctaveWeight = -1f / 16;
    private const float OctaveHidden = 11.0625f;

    // A power of two, about 0.036 over the deviation: a model's embeddings are of this size.
    private const float WeightUnit = 1f / (1 << 20);

    // The squared length of a row of weights, so that a signal of 1 adds 1 to the logit of the token that follows.
    private const float SquaredLength = (Features - 1) * WeightUnit * WeightUnit * RandomNumbers.Deviation * RandomNumbers.Deviation;
    private const float StrongestSignal = 32;

    private static readonly RandomNumbers WeightNumbers = new(1);
    private static readonly RandomNumbers TargetNumbers = new(2);
    private static readonly RandomNumbers SignalNumbers = new(3);
    private static readonly RandomNumbers NoiseNumbers = new(4);

    /// <summary>Writes the two files into a folder that is there.</summary>
    /// <returns>Where they are.</returns>
    /// <exception cref="MisuseException">They cannot be written there.</exception>
    public static (string Head, string Hidden) Write(string folder, Settings settings)
    {
        (string, string) files = NamedFile.Use("--output", folder, () =>
        {
            string head = Path.Combine(folder, "head.safetensors");
            string hidden = Path.Combine(folder, "hidden-states.safetensors");
            SafetensorsFile.Save(head, [Weights(settings.Format)]);
            SafetensorsFile.Save(hidden, HiddenStates(settings));
            return (head, hidden);
        });

        // What was drawn is garbage now, and would count as memory of the scoring.
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return files;
    }

    private static SafetensorsTensor Weights(TensorElementType format)
    {
        long[] shape = [Tokens, Features];
        return format switch
        {
            TensorElementType.F32 => new(WeightsName, shape, Fill(weight => weight)),
            TensorElementType.F16 => new(WeightsName, shape, Fill(weight => (Half)weight)),
            _ => SafetensorsTensor.FromBFloat16(WeightsName, shape, Fill(BFloat16.Bits)),
        };
    }

    private static T[] Fill<T>(Func<float, T> store)
    {
        T[] weights = new T[Tokens * Features];
        for (int i = 0; i < weights.Length; i++)
        {
            weights[i] = store(Weight(i / Features, i % Features));
        }

        return weights;
    }

    private static float Weight(int token, int feature) => feature == 0
        ? BitOperations.Log2((uint)token + 1) * OctaveWeight
        : BFloat16.Round(WeightNumbers.Bell(((long)token * Features) + feature) * WeightUnit);

    private static IEnumerable<SafetensorsTensor> HiddenStates(Settings settings)
    {
        int positions = settings.Tokens == 0 ? DefaultPositions : settings.Tokens;
        int[] targets = [.. Enumerable.Range(0, positions).Select(Target)];
        ushort[] hidden = new ushort[positions * Features];
        for (int i = 0; i < hidden.Length; i++)
        {
            int position = i / Features;
            hidden[i] = BFloat16.Bits(BFloat16.Round(Hidden(position, targets[position], i % Features)));
        }

        return
        [
            SafetensorsTensor.FromBFloat16(settings.HiddenName, [positions, Features], hidden),
            new(settings.TargetsName, [positions], targets),
        ];
    }

    private static float Hidden(int position, int target, int feature)
    {
        if (feature == 0)
        {
            return OctaveHidden;
        }

        float signal = SignalNumbers.Share(position) * (StrongestSignal / SquaredLength);
        float noise = NoiseNumbers.Bell(((long)position * Features) + feature) / RandomNumbers.Deviation;
        return (signal * Weight(target, feature)) + (MathF.Sqrt(signal) * noise);
    }

    private static int Target(int position)
    {
        int octave = TargetNumbers.Below(HalfOctaves, 2L * position) / 2;
        int size = Math.Min(1 << octave, Tokens + 1 - (1 << octave));
        return (1 << octave) - 1 + TargetNumbers.Below(size, (2L * position) + 1);
    }
}
