using System.Diagnostics.Tracing;

namespace OutputGrad.Tests.Memory;

/// <summary>What is rented from the shared pools of arrays and given back while it lives.</summary>
internal sealed class PoolListener : EventListener
{
    // events are written on the thread that rents, from the base's constructor on
    private readonly int _owner = Environment.CurrentManagedThreadId;
    private long _rentedBytes;
    private int _held;

    /// <summary>By all threads together.</summary>
    public long RentedBytes => Interlocked.Read(ref _rentedBytes);

    /// <summary>How many arrays the thread that made the listener has not given back.</summary>
    public int Held => Volatile.Read(ref _held);

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == "System.Buffers.ArrayPoolEventSource")
        {
            EnableEvents(eventSource, EventLevel.Verbose);
        }
    }

    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        bool isOwn = Environment.CurrentManagedThreadId == _owner;
        if (eventData.EventName == "BufferRented" && eventData.Payload is [_, int size, ..])
        {
            Interlocked.Add(ref _rentedBytes, size);
            _held += isOwn ? 1 : 0;
        }
        else if (eventData.EventName == "BufferReturned")
        {
            _held -= isOwn ? 1 : 0;
        }
    }
}
