using System.Runtime.InteropServices;

namespace OutputGrad.Mpi.Exchange;

/// <summary>
/// 64 bits that differ where data do, but for an accident: the ranks compare them instead of the data. The hash of Fowler, Noll and Vo over
/// words instead of bytes.
/// </summary>
internal struct Fingerprint()
{
    private const ulong Basis = 14695981039346656037;
    private const ulong Prime = 1099511628211;

    public ulong Value { get; private set; } = Basis;

    public void Add<T>(ReadOnlySpan<T> data)
        where T : unmanaged
    {
        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(data);
        ReadOnlySpan<ulong> words = MemoryMarshal.Cast<byte, ulong>(bytes);
        ulong value = Mixed(Value, (ulong)bytes.Length);
        foreach (ulong word in words)
        {
            value = Mixed(value, word);
        }

        foreach (byte rest in bytes[(words.Length * sizeof(ulong))..])
        {
            value = Mixed(value, rest);
        }

        Value = value;
    }

    // a product moves bits upwards only; the shift brings the upper ones down again
    private static ulong Mixed(ulong value, ulong word)
    {
        ulong product = (value ^ word) * Prime;
        return product ^ (product >> 32);
    }
}
