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
}

/// <summary>Work that is written once for all vector widths.</summary>
internal interface IVectorWork<T, out TResult>
    where T : unmanaged
{
    TResult Run<TSimd, TVector>()
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged;
}
