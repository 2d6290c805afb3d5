namespace OutputGrad.Engine;

/// <summary>Memory in which an optimiser keeps one number per parameter from step to step.</summary>
internal readonly ref struct OptimiserState<T>(Memory<T> memory, string name)
    where T : unmanaged
{
    private readonly Span<T> _all = memory.Span;

    /// <summary>The numbers of a block of parameters from index on.</summary>
    public Span<T> Part(ReadOnlySpan<T> weights, ReadOnlySpan<T> gradient, long index)
    {
        if (index > (long)_all.Length - weights.Length)
        {
            throw new ArgumentException(
                $"{name} has {_all.Length} elements; {weights.Length} parameters from index {index} on go beyond it.", name);
        }

        Span<T> part = _all.Slice((int)index, weights.Length);
        OptimiserChecks.Apart(part, name, weights, nameof(weights));
        OptimiserChecks.Apart(part, name, gradient, nameof(gradient));
        return part;
    }

    /// <summary>Throws unless there is one number for each of these parameters, apart from them.</summary>
    public void Check(ReadOnlySpan<T> weights, ReadOnlySpan<T> bias)
    {
        if (_all.Length != (long)weights.Length + bias.Length)
        {
            throw new ArgumentException(
                $"{name} has {_all.Length} elements; {weights.Length} weights and a bias of {bias.Length} need one each.", name);
        }

        OptimiserChecks.Apart(_all, name, weights, nameof(weights));
        OptimiserChecks.Apart(_all, name, bias, nameof(bias));
    }
}
