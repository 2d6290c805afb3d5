using System.Numerics;
using System.Runtime.InteropServices;

namespace OutputGrad.Tests.Support.Batches;

/// <summary>Layers and batches over the bytes of their numbers, whatever the format and wherever they lie.</summary>
public static class StoredNumbers
{
    /// <summary>The bytes of numbers in a format; as T the numbers' own.</summary>
    public static ReadOnlySpan<byte> Bytes<T>(StoredFormat format, ReadOnlySpan<T> numbers)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => format == StoredFormat.Full
        ? MemoryMarshal.AsBytes(numbers)
        : MemoryMarshal.AsBytes<ushort>(NarrowNumbers.Bits(format, numbers.ToArray()));

    public static OutputLayer<T> Layer<T>(StoredFormat format, ReadOnlySpan<byte> weights, ReadOnlySpan<T> bias)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => format switch
        {
            StoredFormat.Half => OutputLayer<T>.FromHalf(MemoryMarshal.Cast<byte, Half>(weights), bias),
            StoredFormat.BFloat16 => OutputLayer<T>.FromBFloat16(MemoryMarshal.Cast<byte, ushort>(weights), bias),
            _ => new(MemoryMarshal.Cast<byte, T>(weights), bias),
        };

    public static LabeledBatch<T> Batch<T>(StoredFormat format, ReadOnlySpan<byte> hidden, ReadOnlySpan<int> targets)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => format switch
        {
            StoredFormat.Half => LabeledBatch<T>.FromHalf(MemoryMarshal.Cast<byte, Half>(hidden), targets),
            StoredFormat.BFloat16 => LabeledBatch<T>.FromBFloat16(MemoryMarshal.Cast<byte, ushort>(hidden), targets),
            _ => new(MemoryMarshal.Cast<byte, T>(hidden), targets),
        };

    public static LabeledBatch<T> Batch<T>(StoredFormat format, ReadOnlySpan<byte> hidden, ReadOnlySpan<T> soft, int rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => format switch
        {
            StoredFormat.Half => LabeledBatch<T>.FromHalf(MemoryMarshal.Cast<byte, Half>(hidden), soft, rows),
            StoredFormat.BFloat16 => LabeledBatch<T>.FromBFloat16(MemoryMarshal.Cast<byte, ushort>(hidden), soft, rows),
            _ => new(MemoryMarshal.Cast<byte, T>(hidden), soft, rows),
        };
}
