using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;

namespace OutputGrad.Tests.Support;

/// <summary>
/// How much of what comparisons allow is used, for each kind of result: with a file's name in <c>OUTPUTGRAD_TOLERANCES</c> its lines are
/// written there when the process ends.
/// </summary>
internal static class UsedTolerances
{
    private static readonly string? Report = Environment.GetEnvironmentVariable("OUTPUTGRAD_TOLERANCES");

    private static readonly SearchValues<char> EndsOfKinds = SearchValues.Create("0123456789[(,:");

    private static readonly ConcurrentDictionary<(string Type, string Kind), (double Largest, long Count)> Shares = Started();

    /// <param name="type">The type of the numbers.</param>
    /// <param name="what">The result, in words that begin with its kind.</param>
    /// <param name="error">By how much it is off.</param>
    /// <param name="tolerance">By how much it may be.</param>
    public static void Add(string type, string what, double error, double tolerance)
    {
        if (Report is not null && tolerance > 0)
        {
            Shares.AddOrUpdate(
                (type, KindOf(what)),
                (error / tolerance, 1),
                (_, before) => (Math.Max(before.Largest, error / tolerance), before.Count + 1));
        }
    }

    /// <summary>The words before a row, a place or any number.</summary>
    private static string KindOf(string what)
    {
        int end = what.AsSpan().IndexOfAny(EndsOfKinds);
        string words = end < 0 ? what : what[..end];
        int row = words.IndexOf(" of row", StringComparison.Ordinal);
        return (row < 0 ? words : words[..row]).TrimEnd();
    }

    private static ConcurrentDictionary<(string Type, string Kind), (double Largest, long Count)> Started()
    {
        if (Report is not null)
        {
            AppDomain.CurrentDomain.ProcessExit += (_, _) => File.WriteAllLines(Report, Shares.OrderBy(share => share.Key).Select(share =>
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{share.Key.Type} {share.Key.Kind}: {share.Value.Largest:F3} of {share.Value.Count} tolerances")));
        }

        return [];
    }
}
