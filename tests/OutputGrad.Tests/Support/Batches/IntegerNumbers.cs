using System.Numerics;

namespace OutputGrad.Tests.Support.Batches;

/// <summary>
/// Numbers from integers alone (S. Vigna's splitmix64): the same on every machine and with every runtime, as inputs of results that are
/// compared between machines must be. Each fills its type's mantissa, so that products and sums round.
/// </summary>
internal sealed class IntegerNumbers(ulong seed)
{
    private ulong _state = seed;

    /// <summary>From -1 to 1, without 1.</summary>
    public T[] Signed<T>(int length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Filled(length, Next<T>);

    /// <summary>From 1/4 to 9/4.</summary>
    public T[] Positive<T>(int length)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Filled(length, () => Next<T>() + T.CreateChecked(1.25));

    /// <summary>Class indices; one in five is <paramref name="ignored"/>, where that is given.</summary>
    public int[] Targets(int length, int classes, int? ignored) =>
        Filled(length, () => ignored is { } ignore && NextBits() % 5 == 0 ? ignore : (int)(NextBits() % (ulong)classes));

    private T Next<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int bits = typeof(T) == typeof(float) ? 24 : 53;
        long integer = (long)(NextBits() >> (64 - bits)) - (1L << (bits - 1));
        return T.CreateChecked(integer) / T.CreateChecked(1L << (bits - 1));
    }

    private ulong NextBits()
    {
        _state += 0x9E3779B97F4A7C15;
        ulong z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    private static TItem[] Filled<TItem>(int length, Func<TItem> next)
    {
        TItem[] items = new TItem[length];
        for (int i = 0; i < length; i++)
        {
            items[i] = next();
        }

        return items;
    }
}
