using System.Globalization;
using System.Runtime.CompilerServices;

namespace OutputGrad.Training.Classification;

/// <summary>Labels to class indices and back.</summary>
internal sealed class LabelIndex<TLabel>
    where TLabel : notnull
{
    private readonly Dictionary<TLabel, int> _indices;

    /// <summary>The classes in this order.</summary>
    /// <exception cref="ArgumentException">There is none, or one comes twice or is null.</exception>
    public LabelIndex(IEnumerable<TLabel> classes, IEqualityComparer<TLabel>? comparer)
    {
        ArgumentNullException.ThrowIfNull(classes);
        TLabel[] labels = [.. classes];
        _indices = new(labels.Length, comparer);
        for (int i = 0; i < labels.Length; i++)
        {
            if (labels[i] is null)
            {
                throw new ArgumentException($"Class {i} is null.", nameof(classes));
            }

            if (!_indices.TryAdd(labels[i], i))
            {
                throw new ArgumentException($"Class {i}, {Text(labels[i])}, is also class {_indices[labels[i]]}.", nameof(classes));
            }
        }

        if (labels.Length == 0)
        {
            throw new ArgumentException("There are no classes; a classifier needs at least one.", nameof(classes));
        }

        Labels = Array.AsReadOnly(labels);
    }

    public IReadOnlyList<TLabel> Labels { get; }

    /// <summary>
    /// A label as text, the same in every culture: dates and times to the last digit, tuples element by element, and all else as it says
    /// itself in the invariant culture.
    /// </summary>
    public static string Text(TLabel label)
    {
        // records, and tuples inside of them, write their members in the thread's culture
        CultureInfo culture = CultureInfo.CurrentCulture;
        CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
        try
        {
            return TextOf(label);
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }
    }

    /// <summary>The indices of the rows' classes.</summary>
    /// <exception cref="ArgumentException">A label is none of the classes.</exception>
    public void Find(
        IReadOnlyList<TLabel> labels, Span<int> indices, [CallerArgumentExpression(nameof(labels))] string name = "")
    {
        for (int row = 0; row < indices.Length; row++)
        {
            TLabel label = labels[row];
            if (label is null || !_indices.TryGetValue(label, out indices[row]))
            {
                throw new ArgumentException(
                    $"The label of row {row}, {(label is null ? "null" : $"'{Text(label)}'")}, is none of the {Labels.Count} classes.",
                    name);
            }
        }
    }

    private static string TextOf(object? label) => label switch
    {
        DateTime or DateTimeOffset or DateOnly or TimeOnly => ((IFormattable)label).ToString("O", CultureInfo.InvariantCulture),
        ITuple tuple => $"({string.Join(", ", Enumerable.Range(0, tuple.Length).Select(i => TextOf(tuple[i])))})",
        _ => label?.ToString() ?? string.Empty,
    };
}
