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

    public static readonly TheoryData<int, int> Depths = new() { { 1, 1 }, { 1, 16 }, { 3, 5 }, { 7, 1 }, { 0, 4 } };

    [Theory]
    [MemberData(nameof(Depths))]
    public void EveryWidthIsTheSumOverAllDepths(int runs, int runLength)
    {
        for (int vectors = 1; vectors <= 3; vectors++)
        {
            int[] depths = [.. Enumerable.Range(0, runs * runLength)];
            Check(vectors, runs, runLength, depths, lanewise: false, listed: false);
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
            Check(vectors, count, 1, depths, lanewise: false, listed: true);
        }
    }

    [Theory]
    [MemberData(nameof(Depths))]
    public void AFactorMayBeANumberForEachLane(int runs, int runLength)
    {
        int[] depths = [.. Enumerable.Range(0, runs * runLength)];
        Check(1, runs, runLength, depths, lanewise: true, listed: false);
    }

    private static void Check(int vectors, int runs, int runLength, int[] depths, bool lanewise, bool listed)
    {
        Check<SimdNative<T>, Vector<T>>(vectors, runs, runLength, depths, lanewise, listed);
        Check<Simd512<T>, Vector512<T>>(vectors, runs, runLength, depths, lanewise, listed);
        Check<SimdScalar<T>, T>(vectors, runs, runLength, depths, lanewise, listed);
    }

    private static void Check<TSimd, TVector>(int vectors, int runs, int runLength, int[] depths, bool lanewise, bool listed)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged
    {
        int height = RegisterTile<TSimd, TVector, T>.Height;
        foreach (TileResult result in Enum.GetValues<TileResult>())
        {
            int width = vectors * TSimd.Count, perNumber = lanewise ? TSimd.Count : 1, all = depths.LastOrDefault() + 1;
            T[] a = Integers(height * all * perNumber, 11), b = Integers(all * width, 7);
            int second = TSimd.Count + Gap, row = (3 * TSimd.Count) + (3 * Gap);
            T[] c = Integers((2 * Gap) + (height * row), 5), expected = [.. c];
            for (int i = 0; i < height; i++)
            {
                for (int j = 0; j < width; j++)
                {
                    int place = Gap + (i * row) + (j / TSimd.Count * second) + (j % TSimd.Count);
                    T sum = result == TileResult.Adds ? c[place] : T.Zero;
                    foreach (int k in depths)
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
                    Runs = runs,
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
                    RegisterTile<TSimd, TVector, T>.Multiply<LanewiseFactor<TSimd, TVector, T, T>, EveryDepth<T>, T>(operands, vectors);
                }
                else
                {
                    RegisterTile<TSimd, TVector, T>.Multiply(operands, vectors);
                }
            }

            Exactly.SameBits<T>(expected, c, $"{result} of {vectors} {typeof(TVector).Name} and {depths.Length} depths in {runs} runs");
        }
    }

    /// <summary>None of them 0 and none negative, so that no sum is a zero of either sign.</summary>
    private static T[] Integers(int count, int most) => [.. Enumerable.Range(0, count).Select(i => T.CreateChecked(1 + (i * 13 % most)))];
}

public sealed class RegisterTileTestsInFloat : RegisterTileTests<float>;

public sealed class RegisterTileTestsInDouble : RegisterTileTests<double>;
