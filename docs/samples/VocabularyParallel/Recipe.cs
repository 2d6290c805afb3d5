using System.Globalization;

namespace VocabularyParallel;

/// <summary>What a run must have in common with the one that it continues.</summary>
/// <param name="Classes">The layer's classes, of all ranks together.</param>
/// <param name="Features">Its features.</param>
/// <param name="Rows">The rows of a batch.</param>
/// <param name="LearningRate">The optimizer's.</param>
internal sealed record Recipe(int Classes, int Features, int Rows, double LearningRate)
{
    /// <summary>As free text by key, as a checkpoint keeps it; the keys are the options' names.</summary>
    public IReadOnlyDictionary<string, string> Text => new Dictionary<string, string>
    {
        ["--classes"] = Classes.ToString(CultureInfo.InvariantCulture),
        ["--features"] = Features.ToString(CultureInfo.InvariantCulture),
        ["--rows"] = Rows.ToString(CultureInfo.InvariantCulture),
        ["--rate"] = LearningRate.ToString("R", CultureInfo.InvariantCulture),
    };
}
