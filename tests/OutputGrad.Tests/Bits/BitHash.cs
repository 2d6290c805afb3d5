using System.Numerics;
using System.Runtime.CompilerServices;

namespace OutputGrad.Tests.Bits;

/// <summary>
/// A hash of the bits of numbers, in their order. All NaNs count as one: which of them comes out is the hardware's choice.
/// </summary>
internal sealed class BitHash
{
    public ulong Value { get; private set; } = 0xCBF29CE484222325;

    public void Add<T>(ReadOnlySpan<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (T value in values)
        {
            Add(T.IsNaN(value) ? ulong.MaxValue : Bits(value));
        }
    }

    public void Add(ReadOnlySpan<int> values)
    {
        foreach (int value in values)
        {
            Add((ulong)value);
        }
    }

    public void Add(CrossEntropyResult result)
    {
        Add<double>([result.Loss, result.ZLoss, result.FilteredMass]);
        Add([result.Rows, result.Correct]);
    }

    private void Add(ulong bits)
    {
        ulong mixed = (Value ^ bits) * 0x9E3779B97F4A7C15;
        Value = mixed ^ (mixed >> 29);
    }

    private static ulong Bits<T>(T value)
        where T : unmanaged => typeof(T) == typeof(float)
        ? Unsafe.BitCast<T, uint>(value)
        : Unsafe.BitCast<T, ulong>(value);
}
