using System.Runtime.CompilerServices;
using OutputGrad.Engine.Simd;

namespace OutputGrad.Engine.Tile;

/// <summary>How much of the last vector of a tile's row is multiplied.</summary>
internal interface ILastVector<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged
{
    /// <summary>factor * vector + sum, as far as it is wanted.</summary>
    static abstract TVector MultiplyAdd(TVector factor, TVector vector, TVector sum);

    /// <summary>The sum, with zeros where nothing is wanted.</summary>
    static abstract TVector Result(TVector sum);
}

/// <summary>All of it.</summary>
internal readonly struct WholeVector<TSimd, TVector, T> : ILastVector<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector MultiplyAdd(TVector factor, TVector vector, TVector sum) => TSimd.MultiplyAdd(factor, vector, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Result(TVector sum) => sum;
}

/// <summary>Its lower half, where no more of it is rows of the batch; some processors take half the time for it.</summary>
internal readonly struct LowerHalf<TSimd, TVector, T> : ILastVector<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector MultiplyAdd(TVector factor, TVector vector, TVector sum) => TSimd.MultiplyAddLower(factor, vector, sum);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Result(TVector sum) => TSimd.ZeroUpper(sum);
}
