using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using OutputGrad.Engine.Simd;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using Xunit;

namespace OutputGrad.Tests.Engine;

/// <summary>
/// <see cref="ISimd{TVector, T}.Widen"/> in every vocabulary of vectors, and <see cref="Widening"/> at every width, which a machine's own
/// vectors may have: all 65,536 numbers of both formats, each of them in every lane.
/// </summary>
public abstract class WideningTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [Fact]
    public void EveryVocabularyWidensEveryNumber()
    {
        Check<SimdNative<T>, Vector<T>>();
        Check<Simd512<T>, Vector512<T>>();
        Check<SimdScalar<T>, T>();
    }

    [Fact]
    public void ASingleNumberIsWidened() => Check(
        (from, to) => to[0] = Widening.Number<Half, T>(BitConverter.UInt16BitsToHalf(from[0])),
        (from, to) => to[0] = Widening.Number<BFloat16, T>(new(from[0])),
        count: 1,
        "one number");

    /// <summary>T itself is loaded as it is.</summary>
    [Fact]
    public void NumbersThatAreStoredAsTheyAreComputedInStayAsTheyAre()
    {
        T[] numbers = [.. Enumerable.Range(0, 64).Select(i => T.CreateTruncating(i - 20) / T.CreateTruncating(3))];
        CheckFull<SimdNative<T>, Vector<T>>(numbers);
        CheckFull<Simd512<T>, Vector512<T>>(numbers);
        CheckFull<SimdScalar<T>, T>(numbers);
        Exactly.SameBits<T>(numbers, Array.ConvertAll(numbers, Widening.Number<T, T>), "single numbers");
    }

    protected delegate void Widener(ReadOnlySpan<ushort> from, Span<T> to);

    /// <summary>Fails unless every number of 16 bits becomes what it is, in each of so many lanes.</summary>
    protected static void Check(Widener halves, Widener bfloat16s, int count, string what)
    {
        foreach ((StoredFormat format, Widener widen) in (IEnumerable<(StoredFormat, Widener)>)[
            (StoredFormat.Half, halves), (StoredFormat.BFloat16, bfloat16s)])
        {
            ushort[] all = [.. Enumerable.Range(0, (1 << 16) + count).Select(bits => (ushort)bits)];
            T[] widened = new T[count];
            for (int first = 0; first < 1 << 16; first++)
            {
                widen(all.AsSpan(first, count), widened);
                for (int lane = 0; lane < count; lane++)
                {
                    ushort bits = all[first + lane];
                    T expected = T.CreateTruncating(NarrowNumbers.Widened(format, bits));
                    bool isSame = T.IsNaN(expected)
                        ? T.IsNaN(widened[lane]) && T.IsNegative(widened[lane]) == T.IsNegative(expected)
                        : widened[lane].Equals(expected) && T.IsNegative(widened[lane]) == T.IsNegative(expected);
                    if (!isSame)
                    {
                        Assert.Fail($"{what}: {format} {bits:X4} in lane {lane} is {expected}, but found {widened[lane]}.");
                    }
                }
            }
        }
    }

    /// <summary>The same of functions that read where an address points.</summary>
    protected static void CheckReads<TVector>(Func<nint, TVector> halves, Func<nint, TVector> bfloat16s, int count, string what)
        where TVector : unmanaged
    {
        Check((from, to) => Read(halves, from, to), (from, to) => Read(bfloat16s, from, to), count, what);

        static unsafe void Read(Func<nint, TVector> widen, ReadOnlySpan<ushort> from, Span<T> to)
        {
            fixed (ushort* source = from)
            {
                MemoryMarshal.Write(MemoryMarshal.AsBytes(to), widen((nint)source));
            }
        }
    }

    private static unsafe void Check<TSimd, TVector>()
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged =>
        CheckReads(at => TSimd.Widen((Half*)at), at => TSimd.Widen((BFloat16*)at), TSimd.Count, typeof(TSimd).Name);

    private static unsafe void CheckFull<TSimd, TVector>(T[] numbers)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        T[] loaded = new T[numbers.Length];
        fixed (T* source = numbers, destination = loaded)
        {
            for (int i = 0; i < numbers.Length; i += TSimd.Count)
            {
                TSimd.Store(TSimd.Widen(source + i), destination + i);
            }
        }

        Exactly.SameBits<T>(numbers, loaded, typeof(TSimd).Name);
    }
}

public sealed class WideningTestsInFloat : WideningTests<float>
{
    [Fact]
    public unsafe void EveryWidthWidensEveryNumber()
    {
        CheckReads(at => Widening.Four((Half*)at), at => Widening.Four((BFloat16*)at), 4, "four");
        CheckReads(at => Widening.Eight((Half*)at), at => Widening.Eight((BFloat16*)at), 8, "eight");
        CheckReads(at => Widening.Sixteen((Half*)at), at => Widening.Sixteen((BFloat16*)at), 16, "sixteen");
    }
}

public sealed class WideningTestsInDouble : WideningTests<double>
{
    [Fact]
    public unsafe void EveryWidthWidensEveryNumber()
    {
        CheckReads(at => Widening.TwoDoubles((Half*)at), at => Widening.TwoDoubles((BFloat16*)at), 2, "two");
        CheckReads(at => Widening.FourDoubles((Half*)at), at => Widening.FourDoubles((BFloat16*)at), 4, "four");
        CheckReads(at => Widening.EightDoubles((Half*)at), at => Widening.EightDoubles((BFloat16*)at), 8, "eight");
    }
}
