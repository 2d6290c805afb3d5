using System.Numerics;

namespace OutputGrad.Tests.Support.Oracle;

/// <summary>The order of a row's classes, by sorting them: NaN first, larger logits before smaller, lower classes first on ties.</summary>
public static class Ranking
{
    /// <summary>The classes of a row in their order.</summary>
    public static int[] Of<T>(T[] logits)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
    [
        .. Enumerable.Range(0, logits.Length)
            .OrderBy(c => T.IsNaN(logits[c]) ? 0 : 1)
            .ThenByDescending(c => T.IsNaN(logits[c]) ? T.Zero : logits[c])
            .ThenBy(c => c),
    ];

    /// <summary>Where in that order each class stands.</summary>
    public static int[] Places(int[] order)
    {
        int[] places = new int[order.Length];
        for (int place = 0; place < order.Length; place++)
        {
            places[order[place]] = place;
        }

        return places;
    }
}
