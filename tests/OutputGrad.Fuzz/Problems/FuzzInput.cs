using System.Buffers.Binary;

namespace OutputGrad.Fuzz.Problems;

/// <summary>Bytes as the decisions that a problem is made of. When they are used up every further one is 0, the plainest choice.</summary>
internal sealed class FuzzInput(byte[] bytes)
{
    private int _next;

    /// <summary>The bytes that no decision has used.</summary>
    public ReadOnlySpan<byte> Rest => bytes.AsSpan(Math.Min(_next, bytes.Length));

    public int Byte() => _next < bytes.Length ? bytes[_next++] : 0;

    /// <summary>From 0 to below <paramref name="count"/>.</summary>
    public int Below(int count)
    {
        int number = count <= 256 ? Byte() : Byte() | (Byte() << 8);
        return number % count;
    }

    public bool Flag() => (Byte() & 1) == 1;

    /// <summary>True for one byte in so many, and never without bytes.</summary>
    public bool OneIn(int count) => Byte() % count == count - 1;

    public T Of<T>(params ReadOnlySpan<T> choices) => choices[Below(choices.Length)];

    /// <summary>The first choice half of the time.</summary>
    public T Usually<T>(T usual, params ReadOnlySpan<T> others)
    {
        int number = Byte();
        return number % 2 == 0 ? usual : others[number / 2 % others.Length];
    }

    public int Integer()
    {
        Span<byte> four = [(byte)Byte(), (byte)Byte(), (byte)Byte(), (byte)Byte()];
        return BinaryPrimitives.ReadInt32LittleEndian(four);
    }

    /// <summary>Any double there is.</summary>
    public double Number() => BitConverter.Int64BitsToDouble(((long)Integer() << 32) | (uint)Integer());
}
