using System.Numerics;
using OutputGrad.Tests.Support.Batches;

namespace OutputGrad.Tests.Meaning.Validation;

/// <summary>
/// The spans of a call by the names of their arguments, so that one can be resized or made to overlap another without knowing which.
/// </summary>
public abstract class CallMemory<T> : ISpoilableCall
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly Dictionary<string, Memory<T>> _spans = [];

    public Memory<int> Targets { get; set; }
    public Memory<int> Predictions { get; set; }

    /// <summary>Those of class indices; soft targets are not asked for any.</summary>
    public Memory<int> TargetRanks { get; set; }

    /// <summary>None for all rows in order.</summary>
    public Memory<int> RowIndices { get; set; }
    public bool IsSoft { get; set; }
    public int SoftRows { get; set; }
    public CrossEntropyOptions Options { get; set; } = new();

    /// <summary>The names of the spans that are written.</summary>
    public abstract IReadOnlyList<string> Outputs { get; }

    /// <summary>The names of the spans that are only read.</summary>
    public abstract IReadOnlyList<string> Inputs { get; }

    public Memory<T> this[string name]
    {
        get => _spans[name];
        set => _spans[name] = value;
    }

    public abstract void Run();

    public virtual byte[][] Snapshot() =>
    [
        .. _spans.OrderBy(span => span.Key, StringComparer.Ordinal).Select(span => Bits.Of(span.Value)),
        Bits.Of(Targets),
        Bits.Of(Predictions),
        Bits.Of(TargetRanks),
        Bits.Of(RowIndices),
    ];

    public void Resize(string name, int length) => _spans[name] = length == 0 ? default : Numbers(length);

    /// <summary>
    /// Lays both spans into one array so that <paramref name="shared"/> elements belong to both; they keep their numbers, the second last.
    /// </summary>
    public void Overlap(string first, string second, int shared)
    {
        T[] both = new T[_spans[first].Length + _spans[second].Length - shared];
        Memory<T> front = both.AsMemory(0, _spans[first].Length), back = both.AsMemory(both.Length - _spans[second].Length);
        _spans[first].CopyTo(front);
        _spans[second].CopyTo(back);
        (_spans[first], _spans[second]) = (front, back);
    }

    protected RowResults<T> Results => new()
    {
        Losses = this["rows.Losses"].Span,
        LogSumExp = this["rows.LogSumExp"].Span,
        GradientNorms = this["rows.GradientNorms"].Span,
        Predictions = Predictions.Span,
        Entropies = this["rows.Entropies"].Span,
        TargetRanks = IsSoft ? default : TargetRanks.Span,
    };

    protected static T[] Numbers(int length) => new RandomBatches(length).Grid<T>(length, .125, 2);
}
