using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using OutputGrad.Engine.Simd;
using OutputGrad.Tests.Support;
using Xunit;

namespace OutputGrad.Tests.Engine;

/// <summary>
/// <see cref="ISimd{TVector, T}"/> in every vocabulary of vectors, which a machine's own may be: lane by lane it does what it says, with
/// every pair of numbers of every kind.
/// </summary>
public abstract unsafe class SimdTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly T Third = T.One / T.CreateChecked(3);

    private static readonly T[] Numbers =
    [
        T.Zero, T.NegativeZero, T.One, -T.One, Third, -Third, T.Epsilon, -T.Epsilon, T.CreateTruncating(1e-30), T.CreateTruncating(-1e30),
        T.CreateTruncating(12345.678), T.PositiveInfinity, T.NegativeInfinity, T.NaN,
    ];

    [Fact]
    public void EveryVocabularySaysTheSame()
    {
        Check<SimdNative<T>, Vector<T>>();
        Check<SimdScalar<T>, T>();
        if (X86Base.IsSupported)
        {
            // no other processor takes it, and Arm's larger one of two zeros is another
            Check<Simd512<T>, Vector512<T>>();
        }
    }

    [Fact]
    public void EveryVocabularyFindsAnEqualLane()
    {
        FindsEqualLanes<SimdNative<T>, Vector<T>>();
        FindsEqualLanes<Simd512<T>, Vector512<T>>();
        FindsEqualLanes<SimdScalar<T>, T>();
    }

    [Fact]
    public void HalvesAreTheLowerLanes()
    {
        CheckHalves<SimdNative<T>, Vector<T>>();
        CheckHalves<Simd512<T>, Vector512<T>>();
        CheckHalves<SimdScalar<T>, T>();
    }

    private static void Check<TSimd, TVector>()
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        Assert.Equal(sizeof(TVector) / sizeof(T), TSimd.Count);
        for (int shift = 0; shift < Numbers.Length; shift++)
        {
            for (int start = 0; start < Numbers.Length; start++)
            {
                T[] left = Lanes<TSimd, TVector>(start), right = Lanes<TSimd, TVector>(start + shift);
                T[] third = Lanes<TSimd, TVector>(start + 3);
                TVector x = Load<TSimd, TVector>(left), y = Load<TSimd, TVector>(right), z = Load<TSimd, TVector>(third);
                Same<TSimd, TVector>(left, x, "load");
                Same<TSimd, TVector>([.. left.Select(_ => left[0])], TSimd.Broadcast(left[0]), "broadcast");
                Same<TSimd, TVector>(Each((a, b) => a + b), TSimd.Add(x, y), "sum");
                Same<TSimd, TVector>(Each((a, b) => a - b), TSimd.Subtract(x, y), "difference");
                Same<TSimd, TVector>(Each((a, b) => a * b), TSimd.Multiply(x, y), "product");
                Same<TSimd, TVector>(Each((a, b) => a / b), TSimd.Divide(x, y), "quotient");
                Same<TSimd, TVector>(Each((a, _) => T.Sqrt(a)), TSimd.SquareRoot(x), "square root");
                Same<TSimd, TVector>(Each((a, b) => a > b ? a : b), TSimd.Larger(x, y), "the larger");
                Same<TSimd, TVector>(Each((a, b) => a > b ? T.One : Third), TSimd.SelectLarger(
                    x, y, TSimd.Broadcast(T.One), TSimd.Broadcast(Third)), "selected");
                Same<TSimd, TVector>(Each((a, b) => T.CopySign(a, b)), TSimd.CopySign(x, y), "sign");
                Same<TSimd, TVector>(Each((a, _) => T.Abs(a)), TSimd.Abs(x), "magnitude");
                Same<TSimd, TVector>(Each((a, _) => OfBits(Bits(a) << 3)), TSimd.ShiftBitsLeft(x, 3), "bits shifted left");
                Same<TSimd, TVector>(Each((a, _) => OfBits(Bits(a) >> 3)), TSimd.ShiftBitsRight(x, 3), "bits shifted right");
                Same<TSimd, TVector>(Each((a, b) => OfBits(Bits(a) - Bits(b))), TSimd.SubtractBits(x, y), "difference of bits");
                T[] sums = [.. left.Select((a, lane) => T.MultiplyAddEstimate(a, right[lane], third[lane]))];
                Same<TSimd, TVector>(sums, TSimd.MultiplyAdd(x, y, z), "multiply-add");
                uint larger = (uint)left.Select((a, lane) => a > right[lane] ? 1u << lane : 0).Sum(bit => bit);
                Assert.Equal(larger, TSimd.LargerLanes(x, y));

                T[] Each(Func<T, T, T> operation) => [.. left.Zip(right, operation)];
            }
        }
    }

    private static void FindsEqualLanes<TSimd, TVector>()
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        TVector ones = TSimd.Broadcast(T.One);
        Assert.False(TSimd.AnyEquals(ones, TSimd.Broadcast(Third)));
        Assert.False(TSimd.AnyEquals(TSimd.Broadcast(T.NaN), TSimd.Broadcast(T.NaN)));
        Assert.True(TSimd.AnyEquals(TSimd.Broadcast(T.Zero), TSimd.Broadcast(T.NegativeZero)));
        for (int lane = 0; lane < TSimd.Count; lane++)
        {
            T[] one = new T[TSimd.Count];
            one[lane] = T.One;
            Assert.True(TSimd.AnyEquals(Load<TSimd, TVector>(one), ones));
        }
    }

    /// <summary>What the upper lanes of a product hold is open; all lanes are lower ones where there are no halves.</summary>
    private static void CheckHalves<TSimd, TVector>()
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        int lower = TSimd.HasHalves ? TSimd.Count / 2 : TSimd.Count;
        T[] left = Lanes<TSimd, TVector>(2), right = Lanes<TSimd, TVector>(3), third = Lanes<TSimd, TVector>(4);
        TVector x = Load<TSimd, TVector>(left);
        Same<TSimd, TVector>([.. left.Select((a, lane) => lane < lower ? a : T.Zero)], TSimd.ZeroUpper(x), "lower half");
        TVector sums = TSimd.MultiplyAddLower(x, Load<TSimd, TVector>(right), Load<TSimd, TVector>(third));
        Same<TSimd, TVector>(
            [.. left.Select((a, lane) => lane < lower ? T.MultiplyAddEstimate(a, right[lane], third[lane]) : T.Zero)],
            TSimd.ZeroUpper(sums),
            "multiply-add of the lower half");
    }

    private static T[] Lanes<TSimd, TVector>(int start)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged => [.. Enumerable.Range(start, TSimd.Count).Select(i => Numbers[i % Numbers.Length])];

    private static TVector Load<TSimd, TVector>(T[] lanes)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        fixed (T* source = lanes)
        {
            return TSimd.Load(source);
        }
    }

    /// <summary>Stored either way; which NaN is the hardware's choice.</summary>
    private static void Same<TSimd, TVector>(T[] expected, TVector actual, string what)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        T[] stored = new T[TSimd.Count];
        fixed (T* destination = stored)
        {
            TSimd.Store(actual, destination);
        }

        T* aligned = (T*)NativeMemory.AlignedAlloc((nuint)sizeof(TVector), (nuint)sizeof(TVector));
        TSimd.StoreAlignedPastCaches(actual, aligned);
        T[] pastCaches = new ReadOnlySpan<T>(aligned, TSimd.Count).ToArray();
        NativeMemory.AlignedFree(aligned);
        Exactly.SameBits<T>(OneNaN(expected), OneNaN(stored), what);
        Exactly.SameBits<T>(OneNaN(expected), OneNaN(pastCaches), what);
    }

    private static T[] OneNaN(T[] numbers) => Array.ConvertAll(numbers, number => T.IsNaN(number) ? T.NaN : number);

    private static ulong Bits(T number) =>
        typeof(T) == typeof(float) ? Unsafe.BitCast<T, uint>(number) : Unsafe.BitCast<T, ulong>(number);

    private static T OfBits(ulong bits) =>
        typeof(T) == typeof(float) ? Unsafe.BitCast<uint, T>((uint)bits) : Unsafe.BitCast<ulong, T>(bits);
}

public sealed class SimdTestsInFloat : SimdTests<float>;

public sealed class SimdTestsInDouble : SimdTests<double>;
