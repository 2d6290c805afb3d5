using System.Numerics;
using System.Runtime.InteropServices;
using OutputGrad.Engine.Simd;

namespace OutputGrad.Engine.Arguments;

/// <summary>A matrix of the caller's as it is stored: as T, or in 16 bits.</summary>
internal readonly ref struct StoredSpan<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public StoredSpan(ReadOnlySpan<T> full) => Full = full;

    private StoredSpan(ReadOnlySpan<ushort> narrow, NumberFormat format)
    {
        Narrow = narrow;
        Format = format;
    }

    public NumberFormat Format { get; }

    /// <summary>The numbers, where they are stored as T.</summary>
    public ReadOnlySpan<T> Full { get; }

    /// <summary>Their bits, where they are stored in 16.</summary>
    public ReadOnlySpan<ushort> Narrow { get; }

    public int Length => Format == NumberFormat.Full ? Full.Length : Narrow.Length;

    public ReadOnlySpan<Half> Half => Format == NumberFormat.Half ? MemoryMarshal.Cast<ushort, Half>(Narrow) : default;

    public ReadOnlySpan<ushort> BFloat16 => Format == NumberFormat.BFloat16 ? Narrow : default;

    public static StoredSpan<T> FromHalf(ReadOnlySpan<Half> numbers) => new(MemoryMarshal.Cast<Half, ushort>(numbers), NumberFormat.Half);

    public static StoredSpan<T> FromBFloat16(ReadOnlySpan<ushort> numbers) => new(numbers, NumberFormat.BFloat16);
}
