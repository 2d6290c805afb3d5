using System.Numerics;

namespace OutputGrad.Engine.Calls;

/// <summary>Where the caller wants the softmax itself.</summary>
internal readonly ref struct SoftmaxSpans<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>All classes' probabilities, or their logarithms.</summary>
    public Span<T> All { get; init; }

    public bool AreLogarithms { get; init; }

    /// <summary>What the caller calls them.</summary>
    public string Name { get; init; }

    /// <summary>Whether the first classes are wanted instead.</summary>
    public bool IsTop { get; init; }

    public Span<int> TopClasses { get; init; }

    public Span<T> TopLogarithms { get; init; }

    /// <summary>How many of them for each of so many rows.</summary>
    public int TopCount(int rows) => rows == 0 ? 0 : TopClasses.Length / rows;
}
