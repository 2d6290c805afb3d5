using System.Numerics;
using Xunit;

namespace OutputGrad.Tests.Support.Batches;

/// <summary>Rows whose norms are numbers of their type, while squares of what they are made of are not.</summary>
public static class ScaledRowKinds
{
    /// <summary>
    /// Rows x classes x in little workspace: from 1 to 4 rows by dot products, more by tiles, and many classes' logits computed twice.
    /// </summary>
    public static readonly TheoryData<int, int, bool> Shapes =
    [
        (1, 2, false),
        (3, 40, false),
        (4, 600, false),
        (20, 2, false),
        (20, 40, false),
        (40, 600, false),
        (40, Ways.ManyClasses, true),
    ];

    /// <summary>
    /// Weighted residuals of some 1e-37 to 1e38, and hidden vectors up to 2^120; squares are beyond float, and within double.
    /// </summary>
    private static readonly ScaledRow[] Single =
    [
        new(0, 1, 0),
        new(120, 1, 0),
        new(-100, 1, 0),
        new(0, 1e38, 0),
        new(0, 1e-30, 0),
        new(60, 1, 80),
        new(-30, 1e30, 40),
        new(100, 1e-30, 0),
    ];

    /// <summary>The same with squares beyond double.</summary>
    private static readonly ScaledRow[] Twice =
    [
        new(532, 1, 0),
        new(-532, 1, 0),
        new(900, 1, 0),
        new(-900, 1, 0),
        new(0, 1e160, 0),
        new(0, 1e-160, 0),
        new(0, 1e-200, 0),
        new(0, 1, 500),
        new(0, 1, 380),
        new(532, 1e-160, 0),
        new(-532, 1e160, 0),
        new(-100, 1e160, 300),
        new(500, 1e-200, 0),
        new(900, 1e-160, 200),
        new(0, 1, 0),
        new(3, .75, 20),
    ];

    /// <summary>So many at a time, and over and over where there are not as many.</summary>
    public static IEnumerable<ScaledRow[]> Batches<T>(int rows)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ScaledRow[] kinds = Kinds<T>();
        for (int first = 0; first < kinds.Length; first += rows)
        {
            yield return [.. Enumerable.Range(first, rows).Select(n => kinds[n % kinds.Length])];
        }
    }

    public static ScaledRow[] Kinds<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => typeof(T) == typeof(float) ? Single : Twice;
}
