namespace Samples;

/// <summary>
/// Random numbers that have the same bits everywhere: each is a function of its place alone, of whole numbers and sums.
/// </summary>
/// <remarks>The function is that of SplitMix64 (Steele, Lea and Flood, 2014).</remarks>
public readonly struct RandomNumbers(ulong seed)
{
    private const ulong GoldenGamma = 0x9E3779B97F4A7C15;

    // Four numbers of 16 bits, uniform and independent, have the mean 2 * 65535 and the variance 4 (65536^2 - 1) / 12.
    private const int Mean = 2 * ushort.MaxValue;

    /// <summary>The standard deviation of <see cref="Bell"/>.</summary>
    public const float Deviation = 37837.2f;

    /// <summary>64 random bits.</summary>
    public ulong Bits(long place)
    {
        ulong bits = seed + (((ulong)place + 1) * GoldenGamma);
        bits = (bits ^ (bits >> 30)) * 0xBF58476D1CE4E5B9;
        bits = (bits ^ (bits >> 27)) * 0x94D049BB133111EB;
        return bits ^ (bits >> 31);
    }

    /// <summary>A whole number below a bound.</summary>
    public int Below(int bound, long place) => (int)Math.BigMul(Bits(place), (ulong)bound, out _);

    /// <summary>A number from 0 to 1, less than 1.</summary>
    public float Share(long place) => (Bits(place) >> 40) * (1f / (1 << 24));

    /// <summary>A whole number that is nearly normally distributed around 0: the sum of four uniform ones, less their mean.</summary>
    public int Bell(long place)
    {
        ulong bits = Bits(place);
        return (ushort)bits + (ushort)(bits >> 16) + (ushort)(bits >> 32) + (ushort)(bits >> 48) - Mean;
    }
}
