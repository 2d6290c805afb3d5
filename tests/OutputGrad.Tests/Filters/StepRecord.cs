using System.Numerics;

namespace OutputGrad.Tests.Filters;

/// <summary>An optimiser that writes down which parameters it is given, with which gradient, and spoils them.</summary>
internal readonly struct StepRecord<T>(int parameters) : IWeightUpdate<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public T[] Gradients { get; } = new T[parameters];

    public int[] Calls { get; } = new int[parameters];

    public void Update(Span<T> weights, ReadOnlySpan<T> gradient, long index)
    {
        for (int i = 0; i < weights.Length; i++)
        {
            Gradients[index + i] = gradient[i];
            Interlocked.Increment(ref Calls[index + i]);
        }

        weights.Fill(T.NaN);
    }
}
