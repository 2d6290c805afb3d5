using System.Runtime.InteropServices;
using Xunit;

namespace OutputGrad.Tests.Meaning.Validation;

/// <summary>
/// A call that must be refused: with exactly this exception, a message that says what was wrong, and no output isStarted.
/// </summary>
/// <typeparam name="TCall">The call that is spoilt.</typeparam>
/// <param name="Exception">The exact type.</param>
/// <param name="Mentions">What the message must hold: the argument's name, the row and the numbers.</param>
/// <param name="Spoil">Makes a valid call a wrong one.</param>
public sealed record Refusal<TCall>(Type Exception, string[] Mentions, Action<TCall> Spoil)
    where TCall : ISpoilableCall
{
    public void Check(TCall call)
    {
        Spoil(call);
        byte[][] before = call.Snapshot();

        Exception? thrown = Record.Exception(call.Run);

        Assert.NotNull(thrown);
        Assert.Equal(Exception, thrown.GetType());
        Assert.All(Mentions, mention => Assert.Contains(mention, thrown.Message, StringComparison.OrdinalIgnoreCase));
        Assert.Equal(before, call.Snapshot());
    }
}

/// <summary>A call whose arguments can be exchanged for wrong ones.</summary>
public interface ISpoilableCall
{
    CrossEntropyOptions Options { get; set; }

    void Run();

    /// <summary>The bits of all memory that the call may reach.</summary>
    byte[][] Snapshot();
}

internal static class Bits
{
    public static byte[] Of<T>(Memory<T> memory)
        where T : struct => MemoryMarshal.AsBytes(memory.Span).ToArray();
}
