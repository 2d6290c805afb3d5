using System.Numerics;
using System.Runtime.InteropServices;

namespace OutputGrad.Mpi.Ranks;

/// <summary>What a rank asserts; a failure ends all ranks with its message.</summary>
internal static class Verify
{
    public static void That(bool holds, string what)
    {
        if (!holds)
        {
            throw new InvalidOperationException($"Does not hold: {what}");
        }
    }

    public static void SameBits<T>(ReadOnlySpan<T> expected, ReadOnlySpan<T> actual, string what)
        where T : unmanaged =>
        That(
            expected.Length == actual.Length && MemoryMarshal.AsBytes(expected).SequenceEqual(MemoryMarshal.AsBytes(actual)),
            $"the same bits of {what}");

    /// <summary>Within so many roundoffs of what the magnitudes of a sum's terms add up to.</summary>
    public static void Near<T>(ReadOnlySpan<T> expected, ReadOnlySpan<T> actual, double roundoffs, double magnitude, string what)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double difference = 0;
        for (int i = 0; i < expected.Length; i++)
        {
            difference = Math.Max(difference, Math.Abs(double.CreateChecked(expected[i]) - double.CreateChecked(actual[i])));
        }

        double bound = roundoffs * double.CreateChecked(T.BitIncrement(T.One) - T.One) / 2 * magnitude;
        That(expected.Length == actual.Length && difference <= bound, $"{what}: off by {difference}, at most {bound} is granted");
    }

    /// <summary>Returns the exception's message.</summary>
    public static string Throws<TException>(Action action, string says)
        where TException : Exception
    {
        try
        {
            action();
        }
        catch (TException e)
        {
            That(e.Message.Contains(says, StringComparison.Ordinal), $"a message that says '{says}': {e.Message}");
            return e.Message;
        }

        throw new InvalidOperationException($"No {typeof(TException).Name} that says '{says}'.");
    }
}
