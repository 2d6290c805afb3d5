namespace OutputGrad.Engine.Simd;

/// <summary>The upper half of a float.</summary>
internal readonly struct BFloat16(ushort bits)
{
    public static explicit operator float(BFloat16 number) => BitConverter.UInt32BitsToSingle((uint)number.Bits << 16);

    private ushort Bits { get; } = bits;
}
