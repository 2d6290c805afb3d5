using System.Runtime.CompilerServices;
using OutputGrad.Engine.Simd;

namespace OutputGrad.Engine.Tile;

/// <summary>How the register tile reads what it multiplies a row of vectors by.</summary>
internal unsafe interface ITileFactor<TVector, T>
    where TVector : unmanaged
    where T : unmanaged
{
    static abstract TVector Load(T* source);
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

/// <summary>A number for each lane.</summary>
internal readonly unsafe struct LanewiseFactor<TSimd, TVector, T> : ITileFactor<TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static TVector Load(T* source) => TSimd.Load(source);
}
