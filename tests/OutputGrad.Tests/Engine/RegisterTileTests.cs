using System.Numerics;
using System.Runtime.Intrinsics;
using OutputGrad.Engine.Simd;
using OutputGrad.Engine.Tile;
using OutputGrad.Tests.Support;
using Xunit;

namespace OutputGrad.Tests.Engine;

/// <summary>
/// <see cref="RegisterTile{TSimd, TVector, T}"/> on small integers, whose products and sums are exact: every number of the result is the
/// sum that it should be, and nothing beside the result changes.
/// </summary>
public abstract unsafe class RegisterTileTests<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Numbers between a row of the result and the next, between its vectors, and before and after all.</summary>
    private const int Gap = 3;

    /// <summary>How many, and how many of them a run has, the last one but what is left.</summary>
    public static readonly TheoryData<int, int> Depths = new()
    {
        { 1, 1 }, { 16, 16 }, { 15, 5 }, { 7, 1 }, { 0, 4 }, { 13, 5 }, { 2, 16 },
    };

    [Theory]
    [MemberData(nameof(Depths))]
    public void EverySizeIsTheSumOverAllDepths(int count, int runLength)
    {
        for (int vectors = 1; vectors <= 3; vectors++)
        {
            int[] depths = [.. Enumerable.Range(0, count)];
            Check(vectors, runLength, depths, lanewise: false, listed: false);
        }
    }

    /// <summary>Every third depth, so that lists end within the numbers of a cache line and cross into the next.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(8)]
    [InlineData(40)]
    public void ListedDepthsAloneCount(int count)
    {
        for (int vectors = 1; vectors <= 3; vectors++)
        {
            int[] depths = [.. Enumerable.Range(0, count).Select(k => 3 * k)];
            Check(vectors, 1, depths, lanewise: false, listed: true);
        }
    }

    [Theory]
    [MemberData(nameof(Depths))]
    public void AFactorMayBeANumberForEachLane(int count, int runLength)
    {
        int[] depths = [.. Enumerable.Range(0, count)];
        Check(1, runLength, depths, lanewise: true, listed: false);
    }

    /// <summary>Zeros, or nothing, come to where the upper half of the last vector is, on vectors that have halves.</summary>
    [Theory]
    [MemberData(nameof(Depths))]
    public void TheLastVectorMayEndInItsHalf(int count, int runLength)
    {
        for (int vectors = 1; vectors <= 3; vectors++)
        {
            int[] depths = [.. Enumerable.Range(0, count)];
            Check(vectors, runLength, depths, lanewise: false, listed: false, endsInHalf: true);
        }
    }

    private static void Check(int vectors, int runLength, int[] depths, bool lanewise, bool listed, bool endsInHalf = false)
    {
        Check<SimdNative<T>, Vector<T>>(vectors, runLength, depths, lanewise, listed, endsInHalf);
        Check<Simd512<T>, Vector512<T>>(vectors, runLength, depths, lanewise, listed, endsInHalf);
        Check<SimdScalar<T>, T>(vectors, runLength, depths, lanewise, listed, endsInHalf);
    }

    private static void Check<TSimd, TVector>(int vectors, int runLength, int[] depths, bool lanewise, bool listed, bool endsInHalf)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        for (int height = 1; height <= RegisterTile<TSimd, TVector, T>.HeightOf(vectors); height++)
        {
            Check<TSimd, TVector>(height, vectors, runLength, depths, lanewise, listed, endsInHalf);
        }
    }

    private static void Check<TSimd, TVector>(
        int height, int vectors, int runLength, int[] depths, bool lanewise, bool listed, bool endsInHalf)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        foreach (TileResult result in Enum.GetValues<TileResult>())
        {
            int width = vectors * TSimd.Count, perNumber = lanewise ? TSimd.Count : 1, all = depths.LastOrDefault() + 1;
            int wanted = width - (endsInHalf && TSimd.HasHalves ? TSimd.Count / 2 : 0);
            T[] a = Integers(height * all * perNumber, 11), b = Integers(all * width, 7);
            int second = TSimd.Count + Gap, row = (3 * TSimd.Count) + (3 * Gap);
            T[] c = Integers((2 * Gap) + (height * row), 5), expected = [.. c];
            for (int i = 0; i < height; i++)
            {
                for (int j = 0; j < width; j++)
                {
                    int place = Gap + (i * row) + (j / TSimd.Count * second) + (j % TSimd.Count);
                    T sum = result == TileResult.Adds ? c[place] : T.Zero;
                    foreach (int k in j < wanted ? depths : [])
                    {
                        sum += a[(((i * all) + k) * perNumber) + (lanewise ? j : 0)] * b[(k * width) + j];
                    }

                    expected[place] = sum;
                }
            }

            ushort[] list = Array.ConvertAll(depths, depth => (ushort)depth);
            fixed (T* factors = a, panel = b, start = c)
            fixed (ushort* listedDepths = list)
            {
                TileOperands<T> operands = new()
                {
                    A = factors,
                    ARow = all * perNumber,
                    ADepth = perNumber,
                    ARun = listed ? Lanes<T>.Count : runLength * perNumber,
                    DepthCount = depths.Length,
                    RunLength = runLength,
                    B = panel,
                    Depths = listed ? listedDepths : null,
                    BDepth = width,
                    C = start + Gap,
                    CRow = row,
                    CSecond = second,
                    CThird = 2 * second,
                    Result = result,
                };
                if (lanewise)
                {
                    RegisterTile<TSimd, TVector, T>.Multiply<LanewiseFactor<TSimd, TVector, T, T>, EveryDepth<T>, T>(
                        operands, height, vectors);
                }
                else if (endsInHalf)
                {
                    RegisterTile<TSimd, TVector, T>.MultiplyToHalf(operands, height, vectors);
                }
                else
                {
                    RegisterTile<TSimd, TVector, T>.Multiply(operands, height, vectors);
                }
            }

            string what = $"{height} x {vectors} {typeof(TVector).Name}, {depths.Length} depths by {runLength}, {wanted} numbers wide";
            Exactly.SameBits<T>(expected, c, $"{result}: {what}");
        }
    }

    /// <summary>None of them 0 and none negative, so that no sum is a zero of either sign.</summary>
    private static T[] Integers(int count, int most) => [.. Enumerable.Range(0, count).Select(i => T.CreateChecked(1 + (i * 13 % most)))];
}

public sealed class RegisterTileTestsInFloat : RegisterTileTests<float>;

public sealed class RegisterTileTestsInDouble : RegisterTileTests<double>;
