using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using Xunit;

namespace OutputGrad.Tests.Memory;

/// <summary>Weights and hidden vectors of 16 bits may start at any byte, also where no number of 16 bits starts by itself.</summary>
public abstract class OddNarrowAddresses<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Few rows, and tiles; an edge of the features and the classes in each.</summary>
    [Theory]
    [InlineData(1, 21, 15)]
    [InlineData(4, 600, 37)]
    [InlineData(3, 13, 1_100)]
    [InlineData(25, 530, 37)]
    public void TheBitsAreThoseOfAlignedNumbers(int rows, int classes, int features)
    {
        foreach ((StoredFormat weights, StoredFormat hidden) in StoredFormats.Pairs)
        {
            LayerBatch<T> batch = new RandomBatches(rows).NarrowLayer<T>(rows, classes, features, (weights, hidden)) with
            {
                Targets = new RandomBatches(classes).Targets(rows, classes),
                SoftTargets = null,
                Options = new() { MaxRowGradientNorm = 1 },
            };
            LayerOutcome<T> expected = batch.Run(), actual = batch.Outcome(before: 0);

            // arrays begin at multiples of 8 bytes
            byte[] oddWeights = [0, .. StoredNumbers.Bytes<T>(weights, batch.Weights)];
            byte[] oddHidden = [0, .. StoredNumbers.Bytes<T>(hidden, batch.Hidden)];
            CrossEntropyResult result = LinearCrossEntropy.LossAndGradient(
                StoredNumbers.Layer<T>(weights, oddWeights.AsSpan(1), batch.Bias),
                StoredNumbers.Batch<T>(hidden, oddHidden.AsSpan(1), batch.Targets) with { RowWeights = batch.RowWeights },
                actual.Gradients(),
                batch.Options,
                actual.Rows.Destination);

            Exactly.SameBits(expected, actual with { Result = result }, $"of {weights} and {hidden}");
        }
    }
}

public sealed class OddNarrowAddressesInFloat : OddNarrowAddresses<float>;

public sealed class OddNarrowAddressesInDouble : OddNarrowAddresses<double>;
