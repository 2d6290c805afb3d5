using OutputGrad;
using OutputGrad.Storage;

namespace LanguageModelHead;

/// <summary>What the command line says, or leaves as it is.</summary>
internal sealed record Settings
{
    /// <summary>The file with the head, or null to draw one.</summary>
    public required string? File { get; init; }

    /// <summary>The matrix's name, or null for the first known one.</summary>
    public required string? Weights { get; init; }

    public required string? Bias { get; init; }

    /// <summary>The file with the hidden states; there if there is a file with the head.</summary>
    public required string? Hidden { get; init; }

    public required string HiddenName { get; init; }

    public required string TargetsName { get; init; }

    /// <summary>How many tokens to score, or 0 to leave it to the file.</summary>
    public required int Tokens { get; init; }

    /// <summary>How many tokens are scored at a time.</summary>
    public required int Batch { get; init; }

    /// <summary>The format of the head that is drawn.</summary>
    public required TensorElementType Format { get; init; }

    /// <summary>The folder for the files that are drawn, or null where none are.</summary>
    public required string? Folder { get; init; }

    /// <summary>How many tokens to print.</summary>
    public required int Show { get; init; }

    /// <summary>How many tokens to compute again.</summary>
    public required int Check { get; init; }

    /// <summary>The file for all tokens' scores, or null.</summary>
    public required string? Table { get; init; }

    /// <summary>The file with the words, or null.</summary>
    public required string? Vocabulary { get; init; }

    /// <summary>What the model does to its logits, and the most threads.</summary>
    public required CrossEntropyOptions Layer { get; init; }
}
