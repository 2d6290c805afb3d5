namespace NextWord;

/// <summary>How dials are turned once their slopes are known: one of the library's structs of this name.</summary>
internal enum Optimizer
{
    AdamW,
    Sgd,
}
