namespace OutputGrad.Engine.Optimizers;

/// <summary>Memory in which an optimizer keeps one number per parameter from step to step.</summary>
internal readonly ref struct OptimizerState<T>(Memory<T> memory, string name)
    where T : unmanaged
{
    private readonly Span<T> _all = memory.Span;

    public string Name { get; } = name;

    public ReadOnlySpan<T> All => _all;

    /// <summary>The numbers of a block of parameters from index on.</summary>
    public Span<T> Part(ReadOnlySpan<T> weights, ReadOnlySpan<T> gradient, long index)
    {
        if (index > (long)_all.Length - weights.Length)
        {
            throw new ArgumentException(
                $"{Name} has {_all.Length} elements; {weights.Length} parameters from index {index} on go beyond it.", Name);
        }

        Span<T> part = _all.Slice((int)index, weights.Length);
        OptimizerChecks.Apart(part, Name, weights, nameof(weights));
        OptimizerChecks.Apart(part, Name, gradient, nameof(gradient));
        return part;
    }

    /// <summary>Throws unless there is one number for each of these parameters, apart from them.</summary>
    public void Check(ReadOnlySpan<T> weights, ReadOnlySpan<T> bias)
    {
        if (_all.Length != (long)weights.Length + bias.Length)
        {
            throw new ArgumentException(
                $"{Name} has {_all.Length} elements; {weights.Length} weights and a bias of {bias.Length} need one each.", Name);
        }

        OptimizerChecks.Apart(_all, Name, weights, nameof(weights));
        OptimizerChecks.Apart(_all, Name, bias, nameof(bias));
    }
}
