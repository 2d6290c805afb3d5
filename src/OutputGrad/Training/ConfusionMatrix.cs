namespace OutputGrad.Training;

/// <summary>How many rows of each class were predicted to be of each. Pairs of classes without rows take no memory.</summary>
/// <typeparam name="TLabel">The type of the labels.</typeparam>
public sealed class ConfusionMatrix<TLabel>
    where TLabel : notnull
{
    private readonly Dictionary<(int Actual, int Predicted), int> _counts = [];

    internal ConfusionMatrix(IReadOnlyList<TLabel> classes, ReadOnlySpan<int> actual, ReadOnlySpan<int> predicted)
    {
        Classes = classes;
        for (int row = 0; row < actual.Length; row++)
        {
            (int, int) pair = (actual[row], predicted[row]);
            _counts[pair] = _counts.GetValueOrDefault(pair) + 1;
        }
    }

    /// <summary>The classes, in the classifier's order.</summary>
    public IReadOnlyList<TLabel> Classes { get; }

    /// <summary>The rows of one class that were predicted to be of another, or of itself.</summary>
    /// <param name="actual">The index of the true class.</param>
    /// <param name="predicted">The index of the predicted class.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no such class.</exception>
    public int this[int actual, int predicted]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(actual);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(actual, Classes.Count);
            ArgumentOutOfRangeException.ThrowIfNegative(predicted);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(predicted, Classes.Count);
            return _counts.GetValueOrDefault((actual, predicted));
        }
    }

    /// <summary>The pairs of different classes that are confused most often, most often first.</summary>
    /// <param name="count">How many pairs at most.</param>
    /// <returns>Pairs with at least one row; of those of equal counts the ones of earlier classes first.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is negative.</exception>
    public IReadOnlyList<Confusion<TLabel>> MostConfused(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return
        [
            .. _counts.Where(pair => pair.Key.Actual != pair.Key.Predicted)
                .OrderByDescending(pair => pair.Value)
                .ThenBy(pair => pair.Key)
                .Take(count)
                .Select(pair => new Confusion<TLabel>(Classes[pair.Key.Actual], Classes[pair.Key.Predicted], pair.Value)),
        ];
    }
}
