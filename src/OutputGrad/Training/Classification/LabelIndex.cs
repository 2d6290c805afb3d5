using System.Globalization;

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
                throw new ArgumentException($"Class {i}, {labels[i]}, is also class {_indices[labels[i]]}.", nameof(classes));
            }
        }

        if (labels.Length == 0)
        {
            throw new ArgumentException("There are no classes; a classifier needs at least one.", nameof(classes));
        }

        Labels = Array.AsReadOnly(labels);
    }

    public IReadOnlyList<TLabel> Labels { get; }

    /// <summary>A label as text, the same in every culture.</summary>
    public static string Text(TLabel label) =>
        label is DateTime or DateTimeOffset
            ? ((IFormattable)label).ToString("O", CultureInfo.InvariantCulture)
            : Convert.ToString(label, CultureInfo.InvariantCulture) ?? string.Empty;

    /// <summary>The indices of the rows' classes.</summary>
    /// <exception cref="ArgumentException">A label is none of the classes.</exception>
    public void Find(IReadOnlyList<TLabel> labels, Span<int> indices)
    {
        for (int row = 0; row < indices.Length; row++)
        {
            TLabel label = labels[row];
            if (label is null || !_indices.TryGetValue(label, out indices[row]))
            {
                throw new ArgumentException(
                    $"The label of row {row}, {(label is null ? "null" : $"'{label}'")}, is none of the {Labels.Count} classes.",
                    nameof(labels));
            }
        }
    }
}
