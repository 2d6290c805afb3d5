using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Oracle;
using Xunit;

namespace OutputGrad.Tests.Features.Softmax;

/// <summary>Entropies of rows with masked classes, infinities and NaN, and of logits whose distance is beyond their type.</summary>
public abstract class EntropiesOfOddRows<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [Theory]
    [MemberData(nameof(Ways.Whole), MemberType = typeof(Ways))]
    public void OfEveryKind(Way way)
    {
        foreach (int classes in way == Way.Recomputed ? (int[])[Ways.ManyClasses] : [1, 2, 5, 40, 512, 513, 1_100])
        {
            for (int kind = 0; kind < OddLogits.Kinds; kind++)
            {
                Check(OddLogits.Row<T>(kind, classes, seed: classes + kind), way);
            }
        }
    }

    /// <summary>The others stand in the same block as the largest, in another one, and in one of masked classes.</summary>
    [Theory]
    [MemberData(nameof(Ways.Whole), MemberType = typeof(Ways))]
    public void OfTheLargestAndTheLowestNumbers(Way way)
    {
        T lowest = OddLogits.LowestOf<T>();
        foreach ((int largest, int other) in ((int, int)[])[(0, 3), (0, 600), (600, 3), (1_030, 600)])
        {
            foreach (T filling in (T[])[T.NegativeInfinity, lowest, T.Zero])
            {
                T[] logits = new T[Ways.ManyClasses];
                Array.Fill(logits, filling);
                (logits[largest], logits[other], logits[other + 1]) = (-lowest, lowest, lowest);
                Check(logits, way);
            }
        }
    }

    /// <summary>Of the first class and of the last as targets.</summary>
    private static void Check(T[] logits, Way way)
    {
        OracleRow row = new(Near.Doubles<T>(logits), new double[logits.Length], new());
        double bound = Near.Roundoff<T>() * (64 + Math.Log2(logits.Length)) * (row.Entropy + 1);
        foreach (int target in (int[])[0, logits.Length - 1])
        {
            T[] entropies = new SharedLogits<T> { Logits = logits, Targets = [target] }.Run(way).Rows.Entropies;
            Assert.All(entropies, entropy => Near.Equal(row.Entropy, entropy, bound, $"entropy of {way}, {logits.Length} classes"));
        }
    }
}

public sealed class EntropiesOfOddRowsInFloat : EntropiesOfOddRows<float>;

public sealed class EntropiesOfOddRowsInDouble : EntropiesOfOddRows<double>;
