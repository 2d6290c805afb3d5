using System.Numerics;

namespace OutputGrad.Tests.Support.Batches;

/// <summary>Rows of the numbers that an order of logits may get wrong, with many ties among them.</summary>
public static class OddLogits
{
    /// <summary>So many kinds of rows.</summary>
    public const int Kinds = 8;

    /// <summary>A row of one kind; what it holds stands anywhere in it.</summary>
    /// <param name="kind">Which of the kinds.</param>
    /// <param name="classes">How many logits.</param>
    /// <param name="seed">Where they stand.</param>
    public static T[] Row<T>(int kind, int classes, int seed)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Random random = new(seed);
        T[] numbers = kind switch
        {
            0 => Near.Rounded<T>(1, 2, 2, 3),
            1 => [T.Zero, T.NegativeZero, T.Epsilon, -T.Epsilon],
            2 => [T.NegativeInfinity, T.NegativeInfinity, T.Zero, T.One, LowestOf<T>()],
            3 => [T.NegativeInfinity],
            4 => [T.NaN, T.Zero, T.One, T.PositiveInfinity],
            5 => [T.PositiveInfinity, T.NegativeInfinity, T.One, -LowestOf<T>()],
            6 => [T.NaN, T.NegativeInfinity],
            _ => [LowestOf<T>(), LowestOf<T>(), -LowestOf<T>(), T.NegativeInfinity, T.Zero],
        };
        return [.. Enumerable.Range(0, classes).Select(_ => numbers[random.Next(numbers.Length)])];
    }

    /// <summary>The lowest finite number.</summary>
    public static T LowestOf<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        typeof(T) == typeof(float) ? T.CreateChecked(float.MinValue) : T.CreateChecked(double.MinValue);
}
