using System.Numerics;
using OutputGrad.Tests.Support.Oracle;

namespace OutputGrad.Tests.Support.Batches;

/// <summary>A batch of logits with its targets, of either kind, as both entry points take it.</summary>
public sealed record LogitBatch<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public required T[] Logits { get; init; }
    public required int Classes { get; init; }

    /// <summary>Class indices, or null where <see cref="SoftTargets"/> are given.</summary>
    public int[]? Targets { get; init; }
    public T[]? SoftTargets { get; init; }
    public T[]? RowWeights { get; init; }
    public CrossEntropyOptions Options { get; init; } = new();

    public int Rows => Targets?.Length ?? (SoftTargets!.Length / Classes);

    /// <summary>The logits as the hidden vectors of a layer, whose W is the identity.</summary>
    public LabeledBatch<T> Labeled() => Targets is { } targets
        ? new(Logits, targets) { RowWeights = RowWeights }
        : new(Logits, SoftTargets!, Rows) { RowWeights = RowWeights };

    /// <summary>Room for everything.</summary>
    public LogitOutcome<T> Outcome() => new(Rows, Classes, hasRanks: Targets is not null);

    public CrossEntropyOracle Oracle() =>
        new(Near.Doubles<T>(Logits), Classes, Targets, SoftTargets is null ? null : Near.Doubles<T>(SoftTargets),
        Options, RowWeights is null ? null : Near.Doubles<T>(RowWeights));
}
