using System.Runtime.CompilerServices;
using OutputGrad.Engine.Simd;

namespace OutputGrad.Engine.Tile;

/// <summary>How the register tile reads what it multiplies a row of vectors by.</summary>
/// <typeparam name="TVector">The hardware vector.</typeparam>
/// <typeparam name="TStored">The numbers as they are stored.</typeparam>
internal unsafe interface ITileFactor<TVector, TStored>
    where TVector : unmanaged
    where TStored : unmanaged
{
    static abstract TVector Load(TStored* source);
}

/// <summary>One number for all lanes.</summary>
internal readonly unsafe struct BroadcastFactor<TSimd, TVector, T> : ITileFactor<TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Load(T* source) => TSimd.Broadcast(*source);
}

/// <summary>A number for each lane, widened where it is stored in 16 bits.</summary>
internal readonly unsafe struct LanewiseFactor<TSimd, TVector, T, TStored> : ITileFactor<TVector, TStored>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged
    where TStored : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Load(TStored* source) => TSimd.Widen(source);
}
