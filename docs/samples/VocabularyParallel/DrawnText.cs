using System.Numerics;
using OutputGrad;
using Samples;

namespace VocabularyParallel;

/// <summary>
/// Hidden states and the classes that follow them, drawn at random: every rank draws the same, and a run that is resumed draws what it
/// would have drawn.
/// </summary>
/// <remarks>
/// Classes of low numbers are frequent, as in real vocabularies: 0, 1 to 2, 3 to 6 and so on, each of these octaves as often as any other.
/// A hidden state is a row of numbers that belongs to the class that follows, and noise.
/// </remarks>
internal sealed class DrawnText(Recipe recipe)
{
    private const float Noise = 1f / 4;

    private static readonly RandomNumbers ClassNumbers = new(1), NoiseNumbers = new(2), TargetNumbers = new(3);

    private readonly float[] _hidden = new float[recipe.Rows * recipe.Features];
    private readonly int[] _targets = new int[recipe.Rows];

    /// <summary>The batch of a step, valid until the next one is drawn. Step 0, which no training has, is for tests.</summary>
    public LabeledBatch<float> Batch(int step)
    {
        for (int row = 0; row < recipe.Rows; row++)
        {
            long position = ((long)step * recipe.Rows) + row;
            _targets[row] = Target(position);
            for (int i = 0; i < recipe.Features; i++)
            {
                float signal = ClassNumbers.Bell(((long)_targets[row] * recipe.Features) + i);
                float noise = NoiseNumbers.Bell((position * recipe.Features) + i);
                _hidden[(row * recipe.Features) + i] = (signal + (Noise * noise)) / RandomNumbers.Deviation;
            }
        }

        return new LabeledBatch<float>(_hidden, _targets);
    }

    private int Target(long position)
    {
        int octave = TargetNumbers.Below(BitOperations.Log2((uint)recipe.Classes) + 1, 2 * position);
        int size = Math.Min(1 << octave, recipe.Classes + 1 - (1 << octave));
        return (1 << octave) - 1 + TargetNumbers.Below(size, (2 * position) + 1);
    }
}
