namespace OutputGrad.Benchmarks.Problems;

/// <summary>A set of rows larger than the caches, and mini-batches of it: every call takes the next of a shuffled order.</summary>
internal sealed class ShuffledRows
{
    private const int SetBytes = 128 << 20;

    private readonly LayerShape _batch;
    private readonly LayerProblem<float> _set;
    private readonly int[] _order;
    private readonly float[] _hidden;
    private readonly int[] _targets;
    private int _next;

    public ShuffledRows(LayerShape batch)
    {
        _batch = batch;
        int batches = SetBytes / sizeof(float) / batch.Features / batch.Rows;
        _set = new LayerProblem<float>(batch with { Rows = batches * batch.Rows });
        _order = [.. Enumerable.Range(0, _set.Shape.Rows)];
        new Random(5).Shuffle(_order);
        _hidden = new float[batch.Rows * batch.Features];
        _targets = new int[batch.Rows];
    }

    /// <summary>The rows are copied one behind the other.</summary>
    public CrossEntropyResult Copied(CrossEntropyOptions options)
    {
        ReadOnlySpan<int> indices = NextIndices();
        for (int row = 0; row < indices.Length; row++)
        {
            _set.Hidden.AsSpan(indices[row] * _batch.Features, _batch.Features).CopyTo(_hidden.AsSpan(row * _batch.Features));
            _targets[row] = _set.Targets[indices[row]];
        }

        return LossAndGradient(new(_hidden, _targets), options);
    }

    /// <summary>The rows are read where they are.</summary>
    public CrossEntropyResult Picked(CrossEntropyOptions options) =>
        LossAndGradient(new(_set.Hidden, _set.Targets) { RowIndices = NextIndices() }, options);

    /// <summary>The rows of a set that is not shuffled.</summary>
    public CrossEntropyResult InOrder(CrossEntropyOptions options)
    {
        int first = NextFirst();
        return LossAndGradient(
            new(_set.Hidden.AsSpan(first * _batch.Features, _hidden.Length), _set.Targets.AsSpan(first, _batch.Rows)), options);
    }

    /// <summary>Throws unless copies and indices lead to the same bits.</summary>
    public void RequireSameBits(CrossEntropyOptions options)
    {
        double copied = Copied(options).Loss;
        ReadOnlySpan<float> gradient = [.. Gradient];
        _next = 0;
        if (Picked(options).Loss != copied || !gradient.SequenceEqual(Gradient))
        {
            throw new InvalidOperationException("The results of rows by index differ from those of the same rows copied.");
        }
    }

    private Span<float> Gradient => _set.WeightGradient;

    private CrossEntropyResult LossAndGradient(LabeledBatch<float> batch, CrossEntropyOptions options) =>
        LinearCrossEntropy.LossAndGradient(
            new(_set.Weights), batch, new() { Hidden = _set.HiddenGradient.AsSpan(0, _hidden.Length), Weights = Gradient }, options);

    private ReadOnlySpan<int> NextIndices() => _order.AsSpan(NextFirst(), _batch.Rows);

    private int NextFirst()
    {
        int first = _next;
        _next = (first + _batch.Rows) % _order.Length;
        return first;
    }
}
