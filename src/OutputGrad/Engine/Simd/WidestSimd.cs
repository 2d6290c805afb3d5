using System.Numerics;
using System.Runtime.Intrinsics;

namespace OutputGrad.Engine.Simd;

/// <summary>Chooses the widest vectors that the hardware has, once for each kind of work.</summary>
internal static class WidestSimd
{
    public static TResult Run<TWork, T, TResult>(TWork work)
        where TWork : struct, IVectorWork<T, TResult>, allows ref struct
        where T : unmanaged => Vector512.IsHardwareAccelerated
            ? work.Run<Simd512<T>, Vector512<T>>()
            : work.Run<SimdNative<T>, Vector<T>>();

    /// <summary>The same over elements: as many as whole vectors hold, and what is left one by one.</summary>
    public static void RunElements<TWork, T>(TWork work)
        where TWork : struct, IElementWork<T>, allows ref struct
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        int done = Vector512.IsHardwareAccelerated
            ? work.Run<Simd512<T>, Vector512<T>>(0)
            : work.Run<SimdNative<T>, Vector<T>>(0);
        work.Run<SimdScalar<T>, T>(done);
    }
}

/// <summary>Work that is written once for all vector widths.</summary>
internal interface IVectorWork<T, out TResult>
    where T : unmanaged
{
    TResult Run<TSimd, TVector>()
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged;
}

/// <summary>Work on elements, each by itself, that is written once for all vector widths.</summary>
internal interface IElementWork<T>
    where T : unmanaged
{
    /// <summary>Does whole vectors from an element on; returns where they end.</summary>
    int Run<TSimd, TVector>(int from)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged;
}
