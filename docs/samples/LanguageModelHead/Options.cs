using System.CommandLine;
using OutputGrad;
using OutputGrad.Storage;
using Samples;

namespace LanguageModelHead;

/// <summary>The sample's options.</summary>
internal sealed class Options
{
    private readonly Option<string?> _file = FileOption("--file", "The safetensors file with the head; left out, one is drawn");

    private readonly Option<string?> _weights = NameOption(
        "--weights", $"The head's matrix, tokens x features; left out, {Head.KnownNames[0]}, or the embeddings if they are tied");

    private readonly Option<string?> _bias = NameOption("--bias", "The head's bias; left out, there is none");

    private readonly Option<string?> _hidden = FileOption(
        "--hidden", "The safetensors file with hidden states and the tokens that follow them");

    private readonly Option<string> _hiddenName = new("--hidden-name")
    {
        Description = "The matrix of hidden states, positions x features",
        HelpName = "NAME",
        DefaultValueFactory = _ => "hidden",
    };

    private readonly Option<string> _targetsName = new("--targets-name")
    {
        Description = "The ids of the tokens that follow, one per position; -100 is left out",
        HelpName = "NAME",
        DefaultValueFactory = _ => "targets",
    };

    private readonly NumberOption<int> _tokens = new("--tokens", 1, 1_000_000)
    {
        Description = "How many tokens to score, the first ones; left out, all of the file or 1024 that are drawn",
    };

    private readonly NumberOption<int> _batch = new("--batch", 1, 16_384)
    {
        Description = "How many tokens to score at a time",
        DefaultValueFactory = _ => 256,
    };

    private readonly NumberOption<double> _softcap = new("--softcap", 0.001, 1_000_000)
    {
        Description = "The bound that the model puts on its logits, 30 for example; left out, there is none",
    };

    private readonly NumberOption<double> _temperature = new("--temperature", 0.001, 1_000_000)
    {
        Description = "What the model divides its logits by",
        DefaultValueFactory = _ => 1,
    };

    private readonly NumberOption<int> _show = new("--show", 0, 1_000_000)
    {
        Description = "How many tokens to print, the first ones",
        DefaultValueFactory = _ => 10,
    };

    private readonly NumberOption<int> _check = new("--check", 0, 1_000_000)
    {
        Description = "How many tokens to compute again, slowly and in double precision",
        DefaultValueFactory = _ => 3,
    };

    private readonly Option<string?> _table = FileOption("--tsv", "Where to write every token's scores, as tab-separated values");

    private readonly Option<string?> _vocabulary = FileOption(
        "--vocabulary", "The tokens' words, one a line in the order of ids, to print instead of ids");

    private readonly Option<string> _format = new("--format")
    {
        Description = "The format of the head that is drawn; its numbers are the same in all three",
        DefaultValueFactory = _ => "bf16",
    };

    private readonly OutputOption _output = new("language-model-head")
    {
        Description = "The folder for the two files that are drawn, made if it is not there",
    };

    private readonly NumberOption<int> _threads = new("--threads", 1, 1024)
    {
        Description = "The most threads; no number but times and memory depends on it",
        DefaultValueFactory = _ => Environment.ProcessorCount,
    };

    public Options() => _format.AcceptOnlyFromAmong("bf16", "f16", "f32");

    public IEnumerable<Option> All =>
    [
        _file, _weights, _bias, _hidden, _hiddenName, _targetsName, _tokens, _batch, _softcap, _temperature, _show, _check, _table,
        _vocabulary, _format, _output, _threads,
    ];

    /// <exception cref="MisuseException">
    /// One of the two files is named without the other, or there can be no folder for those that are drawn.
    /// </exception>
    public Settings Settings(ParseResult values)
    {
        string? file = values.GetValue(_file);
        string? hidden = values.GetValue(_hidden);
        if (file is null != hidden is null)
        {
            throw new MisuseException(
                file is null
                    ? "Option '--hidden' needs '--file', the head that scores the hidden states."
                    : "Option '--file' needs '--hidden', the hidden states that the head scores.");
        }

        return new Settings
        {
            File = file,
            Weights = values.GetValue(_weights),
            Bias = values.GetValue(_bias),
            Hidden = hidden,
            HiddenName = values.GetRequiredValue(_hiddenName),
            TargetsName = values.GetRequiredValue(_targetsName),
            Tokens = values.GetValue(_tokens),
            Batch = values.GetRequiredValue(_batch),
            Format = Enum.Parse<TensorElementType>(values.GetRequiredValue(_format), ignoreCase: true),
            Folder = file is null ? _output.Folder(values) : null,
            Show = values.GetRequiredValue(_show),
            Check = values.GetRequiredValue(_check),
            Table = values.GetValue(_table),
            Vocabulary = values.GetValue(_vocabulary),
            Layer = new CrossEntropyOptions
            {
                LogitScale = 1 / values.GetRequiredValue(_temperature),
                LogitSoftcap = values.GetValue(_softcap),
                MaxDegreeOfParallelism = values.GetRequiredValue(_threads),
            },
        };
    }

    private static Option<string?> FileOption(string name, string description) => TextOption(name, description, "FILE");

    private static Option<string?> NameOption(string name, string description) => TextOption(name, description, "NAME");

    private static Option<string?> TextOption(string name, string description, string helpName) =>
        new(name) { Description = description, HelpName = helpName };
}
