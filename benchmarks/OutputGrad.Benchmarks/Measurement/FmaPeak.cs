using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using OutputGrad.Engine.Simd;

namespace OutputGrad.Benchmarks.Measurement;

/// <summary>
/// The most multiply-adds per second that the CPU does: twelve independent chains held in registers, nothing else. Every other figure can
/// be stated as a share of it. The chains are written in the engine's own vector vocabulary, so they run the instruction that it runs.
/// </summary>
internal static class FmaPeak
{
    // Two pipes of latency 4 (x86 of the last ten years; Arm Neoverse has four pipes at 128 bits) want 8 chains in flight; 12, with the two
    // constants, still fit the 16 registers of AVX2.
    private const int ChainCount = 12;

    // About 10 ms a call at 100 GFLOP/s: long beside the clock's resolution, short beside a scheduler's time slice.
    private const int Steps = 1 << 21;

    private static double Sink;

    /// <summary>The width in bits of the platform's own vectors, which AVX-512 does not widen.</summary>
    public static int NativeBits => 8 * Vector<byte>.Count;

    /// <summary>The width in bits that the peak is measured with: the widest the hardware has.</summary>
    public static int Bits => Vector512.IsHardwareAccelerated ? 512 : NativeBits;

    public static Contestant Contestant<T>(int threads)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Contestant<T>(threads, Bits);

    public static Contestant Contestant<T>(int threads, int bits)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Func<double> chains = bits == 512 ? Chains<Vector512<T>, T, Simd512<T>> : Chains<Vector<T>, T, SimdNative<T>>;
        double flops = 2.0 * ChainCount * Steps * (bits / (8 * Unsafe.SizeOf<T>())) * threads;
        return new Contestant($"FMA peak, {bits} bits", () => OnThreads(chains, threads), flops);
    }

    /// <summary>The peak of one thread, measured now: the fastest of many samples, since only a disturbance makes one slower.</summary>
    public static double FlopsPerSecond<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Contestant peak = Contestant<T>(1);
        return peak.Flops / Alternation.Measure(TimeSpan.FromSeconds(1), peak).FastestSeconds(peak);
    }

    private static void OnThreads(Func<double> chains, int threads)
    {
        Thread[] others = new Thread[threads - 1];
        for (int i = 0; i < others.Length; i++)
        {
            others[i] = new Thread(() => Volatile.Write(ref Sink, chains()));
            others[i].Start();
        }

        Volatile.Write(ref Sink, chains());
        foreach (Thread other in others)
        {
            other.Join();
        }
    }

    // Each chain tends to 1 from its own start, so that no value overflows or becomes subnormal and no two chains are the same computation.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static unsafe double Chains<TVector, T, TSimd>()
        where TVector : unmanaged
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TSimd : struct, ISimd<TVector, T>
    {
        TVector factor = All(0.5);
        TVector addend = All(0.5);
        TVector c0 = All(2), c1 = All(3), c2 = All(4), c3 = All(5), c4 = All(6), c5 = All(7);
        TVector c6 = All(8), c7 = All(9), c8 = All(10), c9 = All(11), c10 = All(12), c11 = All(13);
        for (int i = 0; i < Steps; i++)
        {
            c0 = TSimd.MultiplyAdd(c0, factor, addend);
            c1 = TSimd.MultiplyAdd(c1, factor, addend);
            c2 = TSimd.MultiplyAdd(c2, factor, addend);
            c3 = TSimd.MultiplyAdd(c3, factor, addend);
            c4 = TSimd.MultiplyAdd(c4, factor, addend);
            c5 = TSimd.MultiplyAdd(c5, factor, addend);
            c6 = TSimd.MultiplyAdd(c6, factor, addend);
            c7 = TSimd.MultiplyAdd(c7, factor, addend);
            c8 = TSimd.MultiplyAdd(c8, factor, addend);
            c9 = TSimd.MultiplyAdd(c9, factor, addend);
            c10 = TSimd.MultiplyAdd(c10, factor, addend);
            c11 = TSimd.MultiplyAdd(c11, factor, addend);
        }

        TVector low = TSimd.Add(TSimd.Add(TSimd.Add(c0, c1), TSimd.Add(c2, c3)), TSimd.Add(c4, c5));
        TVector high = TSimd.Add(TSimd.Add(TSimd.Add(c6, c7), TSimd.Add(c8, c9)), TSimd.Add(c10, c11));
        T* lanes = stackalloc T[TSimd.Count];
        TSimd.Store(TSimd.Add(low, high), lanes);
        return double.CreateTruncating(*lanes);

        static TVector All(double value) => TSimd.Broadcast(T.CreateTruncating(value));
    }
}
