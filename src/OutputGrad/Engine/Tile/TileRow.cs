using System.Runtime.CompilerServices;
using OutputGrad.Engine.Simd;

namespace OutputGrad.Engine.Tile;

/// <summary>
/// One row of the register tile: one, two or three vectors side by side, as a struct that the compiler keeps in registers.
/// </summary>
internal unsafe interface ITileRow<TSelf, TVector, T>
    where TSelf : unmanaged
    where TVector : unmanaged
    where T : unmanaged
{
    /// <summary>In elements.</summary>
    static abstract int Width { get; }

    static abstract TSelf Load(T* source);

    /// <summary>Each vector full of one of the numbers that stand side by side.</summary>
    static abstract TSelf Broadcast(T* source);

    /// <summary>
    /// sum += factor * vectors, in every vector. In place: of a result that is returned the compiler makes another register and a move,
    /// which takes a tenth of the time on AVX2.
    /// </summary>
    static abstract void MultiplyAdd(TVector factor, TSelf vectors, ref TSelf sum);

    static abstract void Store(TSelf row, T* first, nint second, nint third);

    /// <summary>Adds the row to what is there.</summary>
    static abstract void Add(TSelf row, T* first, nint second, nint third);
}

internal unsafe struct TileRow1<TSimd, TVector, T, TLast> : ITileRow<TileRow1<TSimd, TVector, T, TLast>, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged
    where TLast : ILastVector<TSimd, TVector, T>
{
    private TVector _0;

    private TileRow1(TVector v0) => _0 = v0;

    public static int Width => TSimd.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TileRow1<TSimd, TVector, T, TLast> Load(T* source) => new(TSimd.Load(source));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TileRow1<TSimd, TVector, T, TLast> Broadcast(T* source) => new(TSimd.Broadcast(source[0]));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MultiplyAdd(
        TVector factor, TileRow1<TSimd, TVector, T, TLast> vectors, ref TileRow1<TSimd, TVector, T, TLast> sum) =>
        sum._0 = TLast.MultiplyAdd(factor, vectors._0, sum._0);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(TileRow1<TSimd, TVector, T, TLast> row, T* first, nint second, nint third) =>
        TSimd.Store(TLast.Result(row._0), first);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(TileRow1<TSimd, TVector, T, TLast> row, T* first, nint second, nint third) =>
        TSimd.Store(TSimd.Add(TSimd.Load(first), TLast.Result(row._0)), first);
}

internal unsafe struct TileRow2<TSimd, TVector, T, TLast> : ITileRow<TileRow2<TSimd, TVector, T, TLast>, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged
    where TLast : ILastVector<TSimd, TVector, T>
{
    private TVector _0;
    private TVector _1;

    private TileRow2(TVector v0, TVector v1) => (_0, _1) = (v0, v1);

    public static int Width => 2 * TSimd.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TileRow2<TSimd, TVector, T, TLast> Load(T* source) => new(TSimd.Load(source), TSimd.Load(source + TSimd.Count));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TileRow2<TSimd, TVector, T, TLast> Broadcast(T* source) => new(TSimd.Broadcast(source[0]), TSimd.Broadcast(source[1]));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MultiplyAdd(
        TVector factor, TileRow2<TSimd, TVector, T, TLast> vectors, ref TileRow2<TSimd, TVector, T, TLast> sum)
    {
        sum._0 = TSimd.MultiplyAdd(factor, vectors._0, sum._0);
        sum._1 = TLast.MultiplyAdd(factor, vectors._1, sum._1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(TileRow2<TSimd, TVector, T, TLast> row, T* first, nint second, nint third)
    {
        TSimd.Store(row._0, first);
        TSimd.Store(TLast.Result(row._1), first + second);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(TileRow2<TSimd, TVector, T, TLast> row, T* first, nint second, nint third)
    {
        TSimd.Store(TSimd.Add(TSimd.Load(first), row._0), first);
        TSimd.Store(TSimd.Add(TSimd.Load(first + second), TLast.Result(row._1)), first + second);
    }
}

internal unsafe struct TileRow3<TSimd, TVector, T, TLast> : ITileRow<TileRow3<TSimd, TVector, T, TLast>, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged
    where TLast : ILastVector<TSimd, TVector, T>
{
    private TVector _0;
    private TVector _1;
    private TVector _2;

    private TileRow3(TVector v0, TVector v1, TVector v2) => (_0, _1, _2) = (v0, v1, v2);

    public static int Width => 3 * TSimd.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TileRow3<TSimd, TVector, T, TLast> Load(T* source) =>
        new(TSimd.Load(source), TSimd.Load(source + TSimd.Count), TSimd.Load(source + (2 * TSimd.Count)));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TileRow3<TSimd, TVector, T, TLast> Broadcast(T* source) =>
        new(TSimd.Broadcast(source[0]), TSimd.Broadcast(source[1]), TSimd.Broadcast(source[2]));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void MultiplyAdd(
        TVector factor, TileRow3<TSimd, TVector, T, TLast> vectors, ref TileRow3<TSimd, TVector, T, TLast> sum)
    {
        sum._0 = TSimd.MultiplyAdd(factor, vectors._0, sum._0);
        sum._1 = TSimd.MultiplyAdd(factor, vectors._1, sum._1);
        sum._2 = TLast.MultiplyAdd(factor, vectors._2, sum._2);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(TileRow3<TSimd, TVector, T, TLast> row, T* first, nint second, nint third)
    {
        TSimd.Store(row._0, first);
        TSimd.Store(row._1, first + second);
        TSimd.Store(TLast.Result(row._2), first + third);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Add(TileRow3<TSimd, TVector, T, TLast> row, T* first, nint second, nint third)
    {
        TSimd.Store(TSimd.Add(TSimd.Load(first), row._0), first);
        TSimd.Store(TSimd.Add(TSimd.Load(first + second), row._1), first + second);
        TSimd.Store(TSimd.Add(TSimd.Load(first + third), TLast.Result(row._2)), first + third);
    }
}
