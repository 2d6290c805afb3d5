using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace OutputGrad.Benchmarks.Measurement;

/// <summary>
/// The most multiply-adds per second that the CPU does: twelve independent chains held in registers, nothing else. Every other figure can be
/// stated as a share of it.
/// </summary>
internal static class FmaPeak
{
    // Two pipes of latency 4 (x86 of the last ten years; Arm Neoverse has four pipes at 128 bits) want 8 chains in flight; 12, with the two
    // constants, still fit the 16 registers of AVX2.
    private const int ChainCount = 12;

    // About 10 ms a call at 100 GFLOP/s: long beside the clock's resolution, short beside a scheduler's time slice.
    private const int Steps = 1 << 21;

    private static double Sink;

    /// <summary>The width in bits that the peak is measured with: the widest the hardware has.</summary>
    public static int Bits => Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;

    public static Contestant Contestant<T>(int threads) => Contestant<T>(threads, Bits);

    public static Contestant Contestant<T>(int threads, int bits)
    {
        (Func<double> chains, int lanes) = (typeof(T) == typeof(float), bits) switch
        {
            (true, 512) => ((Func<double>)Chains<Vector512<float>, Float512Lanes>, Float512Lanes.Count),
            (false, 512) => (Chains<Vector512<double>, Double512Lanes>, Double512Lanes.Count),
            (true, 256) => (Chains<Vector256<float>, Float256Lanes>, Float256Lanes.Count),
            (false, 256) => (Chains<Vector256<double>, Double256Lanes>, Double256Lanes.Count),
            (true, _) => (Chains<Vector128<float>, Float128Lanes>, Float128Lanes.Count),
            (false, _) => (Chains<Vector128<double>, Double128Lanes>, Double128Lanes.Count),
        };
        double flops = 2.0 * ChainCount * Steps * lanes * threads;
        return new Contestant($"FMA peak, {bits} bits", () => OnThreads(chains, threads), flops);
    }

    /// <summary>The peak of one thread, measured on the spot: the fastest of many samples, since nothing but a disturbance makes one slower.</summary>
    public static double FlopsPerSecond<T>()
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
    private static double Chains<TVector, TLanes>()
        where TVector : struct
        where TLanes : struct, IMultiplyAddLanes<TVector>
    {
        TVector factor = TLanes.Broadcast(0.5);
        TVector addend = TLanes.Broadcast(0.5);
        TVector c0 = TLanes.Broadcast(2), c1 = TLanes.Broadcast(3), c2 = TLanes.Broadcast(4), c3 = TLanes.Broadcast(5);
        TVector c4 = TLanes.Broadcast(6), c5 = TLanes.Broadcast(7), c6 = TLanes.Broadcast(8), c7 = TLanes.Broadcast(9);
        TVector c8 = TLanes.Broadcast(10), c9 = TLanes.Broadcast(11), c10 = TLanes.Broadcast(12), c11 = TLanes.Broadcast(13);
        for (int i = 0; i < Steps; i++)
        {
            c0 = TLanes.MultiplyAdd(c0, factor, addend);
            c1 = TLanes.MultiplyAdd(c1, factor, addend);
            c2 = TLanes.MultiplyAdd(c2, factor, addend);
            c3 = TLanes.MultiplyAdd(c3, factor, addend);
            c4 = TLanes.MultiplyAdd(c4, factor, addend);
            c5 = TLanes.MultiplyAdd(c5, factor, addend);
            c6 = TLanes.MultiplyAdd(c6, factor, addend);
            c7 = TLanes.MultiplyAdd(c7, factor, addend);
            c8 = TLanes.MultiplyAdd(c8, factor, addend);
            c9 = TLanes.MultiplyAdd(c9, factor, addend);
            c10 = TLanes.MultiplyAdd(c10, factor, addend);
            c11 = TLanes.MultiplyAdd(c11, factor, addend);
        }

        TVector low = TLanes.Add(TLanes.Add(TLanes.Add(c0, c1), TLanes.Add(c2, c3)), TLanes.Add(c4, c5));
        TVector high = TLanes.Add(TLanes.Add(TLanes.Add(c6, c7), TLanes.Add(c8, c9)), TLanes.Add(c10, c11));
        return TLanes.First(TLanes.Add(low, high));
    }
}
