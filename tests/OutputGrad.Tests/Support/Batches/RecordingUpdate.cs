using System.Numerics;

namespace OutputGrad.Tests.Support.Batches;

/// <summary>
/// An update by the plain gradient that keeps all it is handed, and how often; it is not to be handed nothing. A class, so that it also
/// stands for updates that are no structs.
/// </summary>
/// <param name="parameters">How many there are, the bias included.</param>
public sealed class RecordingUpdate<T>(int parameters) : IWeightUpdate<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly int[] _times = new int[parameters];

    /// <summary>What each parameter was when it was handed over.</summary>
    public T[] Before { get; } = new T[parameters];

    public T[] Gradient { get; } = new T[parameters];

    /// <summary>How often each parameter was handed over.</summary>
    public ReadOnlySpan<int> Times => _times;

    public void Update(Span<T> weights, ReadOnlySpan<T> gradient, long index)
    {
        ArgumentOutOfRangeException.ThrowIfZero(weights.Length);
        int first = checked((int)index);
        weights.CopyTo(Before.AsSpan(first));
        gradient.CopyTo(Gradient.AsSpan(first));
        for (int i = 0; i < weights.Length; i++)
        {
            Interlocked.Increment(ref _times[first + i]);
            weights[i] -= gradient[i];
        }
    }
}
