using System.Numerics;
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

    private static unsafe void Check<TSimd, TVector>()
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        Check(Widen<Half>, Widen<BFloat16>, TSimd.Count, typeof(TSimd).Name);

        static void Widen<TStored>(ReadOnlySpan<ushort> from, Span<T> to)
            where TStored : unmanaged
        {
            fixed (ushort* source = from)
            fixed (T* destination = to)
            {
                TSimd.Store(TSimd.Widen((TStored*)source), destination);
            }
        }
    }

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
        Check(Four<Half>, Four<BFloat16>, 4, "four");
        Check(Eight<Half>, Eight<BFloat16>, 8, "eight");
        Check(Sixteen<Half>, Sixteen<BFloat16>, 16, "sixteen");

        static void Four<TStored>(ReadOnlySpan<ushort> from, Span<float> to)
            where TStored : unmanaged
        {
            fixed (ushort* source = from)
            {
                Widening.Four((TStored*)source).CopyTo(to);
            }
        }

        static void Eight<TStored>(ReadOnlySpan<ushort> from, Span<float> to)
            where TStored : unmanaged
        {
            fixed (ushort* source = from)
            {
                Widening.Eight((TStored*)source).CopyTo(to);
            }
        }

        static void Sixteen<TStored>(ReadOnlySpan<ushort> from, Span<float> to)
            where TStored : unmanaged
        {
            fixed (ushort* source = from)
            {
                Widening.Sixteen((TStored*)source).CopyTo(to);
            }
        }
    }
}

public sealed class WideningTestsInDouble : WideningTests<double>
{
    [Fact]
    public unsafe void EveryWidthWidensEveryNumber()
    {
        Check(Two<Half>, Two<BFloat16>, 2, "two");
        Check(Four<Half>, Four<BFloat16>, 4, "four");
        Check(Eight<Half>, Eight<BFloat16>, 8, "eight");

        static void Two<TStored>(ReadOnlySpan<ushort> from, Span<double> to)
            where TStored : unmanaged
        {
            fixed (ushort* source = from)
            {
                Widening.TwoDoubles((TStored*)source).CopyTo(to);
            }
        }

        static void Four<TStored>(ReadOnlySpan<ushort> from, Span<double> to)
            where TStored : unmanaged
        {
            fixed (ushort* source = from)
            {
                Widening.FourDoubles((TStored*)source).CopyTo(to);
            }
        }

        static void Eight<TStored>(ReadOnlySpan<ushort> from, Span<double> to)
            where TStored : unmanaged
        {
            fixed (ushort* source = from)
            {
                Widening.EightDoubles((TStored*)source).CopyTo(to);
            }
        }
    }
}
