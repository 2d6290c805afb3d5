using Xunit;

namespace OutputGrad.Tests.Support.Batches;

/// <summary>The ways on which logits become a loss and residuals; each has code of its own.</summary>
public enum Way
{
    Logits,
    LogitsInPlace,

    /// <summary>A layer's 3 rows, by dot products.</summary>
    FewRows,

    /// <summary>A layer's 20 rows, by tiles.</summary>
    Tiles,

    /// <summary>A layer's 40 rows of many classes in the least workspace, in which the logits are computed twice.</summary>
    Recomputed,

    /// <summary>3 rows whose classes are cut into shards, their states merged from the first to the last.</summary>
    Shards,

    /// <summary>20 rows, the states merged from the last to the first.</summary>
    ShardsBackwards,
}

public static class Ways
{
    /// <summary>Classes of which <see cref="Way.Recomputed"/> surely stores but a part of the logits.</summary>
    public const int ManyClasses = 4_600;

    public static readonly TheoryData<Way> All = [.. Enum.GetValues<Way>()];

    /// <summary>Those that take soft targets and smoothing and give results per row.</summary>
    public static readonly TheoryData<Way> Whole = [.. Enum.GetValues<Way>().Where(way => !way.IsSharded())];

    public static readonly TheoryData<Way> Layers = [Way.FewRows, Way.Tiles, Way.Recomputed];

    public static bool IsSharded(this Way way) => way is Way.Shards or Way.ShardsBackwards;

    public static int Rows(this Way way) => way switch
    {
        Way.Tiles or Way.ShardsBackwards => 20,
        Way.Recomputed => 40,
        _ => 3,
    };
}
