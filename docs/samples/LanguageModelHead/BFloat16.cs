namespace LanguageModelHead;

/// <summary>bfloat16, the upper half of a <see cref="float"/>.</summary>
internal static class BFloat16
{
    /// <summary>The nearest number that bfloat16 has, the even one of two that are equally near.</summary>
    public static float Round(float number)
    {
        uint bits = BitConverter.SingleToUInt32Bits(number);
        return BitConverter.UInt32BitsToSingle((bits + 0x7FFF + ((bits >> 16) & 1)) & 0xFFFF0000);
    }

    public static ushort Bits(float rounded) => (ushort)(BitConverter.SingleToUInt32Bits(rounded) >> 16);

    public static float Number(ushort bits) => BitConverter.UInt32BitsToSingle((uint)bits << 16);

    public static void Widen(ReadOnlySpan<ushort> bits, Span<float> numbers)
    {
        for (int i = 0; i < bits.Length; i++)
        {
            numbers[i] = Number(bits[i]);
        }
    }
}
