using System.Numerics;
using System.Numerics.Tensors;

namespace OutputGrad.Benchmarks.Problems;

/// <summary>Reproducible data that is quick to make, even for matrices of hundreds of megabytes.</summary>
internal static class RandomData
{
    /// <summary>Numbers spread evenly over -magnitude to magnitude.</summary>
    public static T[] Uniform<T>(long count, double magnitude, uint seed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] data = GC.AllocateUninitializedArray<T>(checked((int)count));
        T step = T.CreateChecked(magnitude / (1u << 31));
        uint state = seed | 1;
        for (int i = 0; i < data.Length; i++)
        {
            state = Next(state);
            data[i] = step * T.CreateTruncating((int)state);
        }

        return data;
    }

    public static int[] Classes(int count, int classes, uint seed)
    {
        int[] targets = new int[count];
        uint state = seed | 1;
        for (int i = 0; i < targets.Length; i++)
        {
            state = Next(state);
            targets[i] = (int)(state % (uint)classes);
        }

        return targets;
    }

    /// <summary>Rows of positive numbers that sum to 1 each: soft targets.</summary>
    public static T[] Distributions<T>(int rows, int classes, uint seed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] data = Uniform<T>((long)rows * classes, 1, seed);
        TensorPrimitives.Abs<T>(data, data);
        for (int row = 0; row < rows; row++)
        {
            Span<T> distribution = data.AsSpan(row * classes, classes);
            TensorPrimitives.Divide(distribution, TensorPrimitives.Sum<T>(distribution), distribution);
        }

        return data;
    }

    // Marsaglia's xorshift with the shifts 13, 17, 5: period 2^32 - 1.
    private static uint Next(uint state)
    {
        state ^= state << 13;
        state ^= state >> 17;
        return state ^ (state << 5);
    }
}
