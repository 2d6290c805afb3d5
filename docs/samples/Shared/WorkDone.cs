namespace Samples;

/// <summary>How far a piece of work is.</summary>
/// <param name="Share">The part that is done, 0 to 1.</param>
/// <param name="Summary">How it stands, in a few words and numbers.</param>
public readonly record struct WorkDone(double Share, string Summary);
