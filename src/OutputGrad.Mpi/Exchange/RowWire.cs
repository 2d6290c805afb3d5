using System.Numerics;

namespace OutputGrad.Mpi.Exchange;

/// <summary>How something that is known of a row travels, and how what two shards know of it becomes one.</summary>
internal interface IRowWire<TRow>
{
    static abstract int Bytes { get; }

    static abstract void Write(TRow row, Span<byte> destination);

    static abstract TRow Read(ReadOnlySpan<byte> source);

    static abstract TRow Merge(TRow left, TRow right);
}

/// <summary>A row's softmax.</summary>
internal readonly struct SoftmaxWire<T> : IRowWire<SoftmaxState<T>>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static int Bytes => SoftmaxState<T>.WireBytes;

    public static void Write(SoftmaxState<T> row, Span<byte> destination) => row.WriteTo(destination);

    public static SoftmaxState<T> Read(ReadOnlySpan<byte> source) => SoftmaxState<T>.ReadFrom(source);

    public static SoftmaxState<T> Merge(SoftmaxState<T> left, SoftmaxState<T> right) => SoftmaxState<T>.Merge(left, right);
}

/// <summary>The squared norm of a row's residual.</summary>
internal readonly struct SquaredNormWire : IRowWire<SquaredNorm>
{
    public static int Bytes => SquaredNorm.WireBytes;

    public static void Write(SquaredNorm row, Span<byte> destination) => row.WriteTo(destination);

    public static SquaredNorm Read(ReadOnlySpan<byte> source) => SquaredNorm.ReadFrom(source);

    public static SquaredNorm Merge(SquaredNorm left, SquaredNorm right) => SquaredNorm.Merge(left, right);
}
