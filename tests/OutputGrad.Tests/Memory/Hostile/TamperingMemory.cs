using System.Buffers;

namespace OutputGrad.Tests.Memory.Hostile;

/// <summary>Memory that counts how often its span is taken, and that once does something else than give it.</summary>
/// <param name="actual">What it is at all other times.</param>
/// <param name="when">Which taking is the other one, counted from 1; 0 for none.</param>
/// <param name="tamper">Gives what is given then.</param>
internal sealed class TamperingMemory<T>(Memory<T> actual, int when = 0, Func<Memory<T>>? tamper = null) : MemoryManager<T>
{
    private int _timesTaken;

    public int TimesTaken => _timesTaken;

    /// <summary>All of it, whose span has not been taken yet.</summary>
    public Memory<T> Untaken => CreateMemory(actual.Length);

    public override Span<T> GetSpan() => (Interlocked.Increment(ref _timesTaken) == when ? tamper!() : actual).Span;

    public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

    public override void Unpin() => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
    }
}
