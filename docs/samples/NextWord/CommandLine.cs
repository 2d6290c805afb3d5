using System.CommandLine;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;

namespace NextWord;

/// <summary>The sample's options, and what happens when one of them is wrong.</summary>
internal sealed class CommandLine
{
    // By custom 2 means that the command was misused; System.CommandLine itself returns 1.
    private const int Misused = 2;

    private const string AdamW = "adamw";
    private const string Sgd = "sgd";

    private readonly Option<string?> _text = new("--text")
    {
        Description = "The text to learn from, in UTF-8; left out, this repository's own documentation",
        HelpName = "FILE",
    };

    private readonly Option<string> _optimizer = new("--optimizer")
    {
        Description = "How the dials are turned",
        DefaultValueFactory = _ => AdamW,
    };

    private readonly NumberOption<double> _learningRate;
    private readonly NumberOption<double> _weightDecay;

    private readonly NumberOption<double> _filter = new("--filter", 0, 1)
    {
        Description = "Leave residuals below this out of the slopes, 0.000244 for example; 0 leaves none out",
        DefaultValueFactory = _ => 0,
    };

    private readonly NumberOption<int> _epochs = new("--epochs", 1, 10_000)
    {
        Description = "How many times to go through the text",
        DefaultValueFactory = _ => 15,
    };

    private readonly NumberOption<int> _context = new("--context", 1, 100)
    {
        Description = "How many words to look back",
        DefaultValueFactory = _ => 2,
    };

    private readonly NumberOption<int> _features = new("--features", 1, 4096)
    {
        Description = "The length of a word's embedding",
        DefaultValueFactory = _ => 64,
    };

    private readonly NumberOption<int> _batch = new("--batch", 1, 65_536)
    {
        Description = "How many words to predict before the dials are turned",
        DefaultValueFactory = _ => 64,
    };

    private readonly NumberOption<int> _seed = new("--seed", int.MinValue, int.MaxValue)
    {
        Description = "Where the random numbers start: the same seed gives the same words and losses",
        DefaultValueFactory = _ => 1,
    };

    private readonly NumberOption<int> _threads = new("--threads", 1, 1024)
    {
        Description = "The most threads; no number but the times depends on it",
        DefaultValueFactory = _ => Environment.ProcessorCount,
    };

    private readonly RootCommand _command = new("A small model learns to predict the next word of a text, and shows what its output layer takes.");
    private readonly Action<Corpus, Settings> _run;

    /// <param name="run">The program itself.</param>
    public CommandLine(Action<Corpus, Settings> run)
    {
        _run = run;
        _optimizer.AcceptOnlyFromAmong(AdamW, Sgd);

        // Measured on this repository's documentation: what predicted held-out sentences best.
        _learningRate = new("--learning-rate", 0, 1000)
        {
            Description = "The size of a step: 0.003 with adamw and 1 with sgd unless told otherwise",
            DefaultValueFactory = option => UsesSgd(option) ? 1 : 0.003,
        };
        _weightDecay = new("--weight-decay", 0, 1000)
        {
            Description = "How strongly dials are drawn to zero: 0.2 with adamw and 0 with sgd unless told otherwise",
            DefaultValueFactory = option => UsesSgd(option) ? 0 : 0.2,
        };
        Option[] options = [_text, _optimizer, _learningRate, _weightDecay, _filter, _epochs, _context, _features, _batch, _seed, _threads];
        Array.ForEach(options, _command.Add);
        _command.SetAction(Run);
    }

    /// <returns>The exit code.</returns>
    public int Invoke(string[] arguments)
    {
        ParseResult options = _command.Parse(arguments);
        return options.Action is ParseErrorAction ? Refuse(options.Errors.Select(error => error.Message)) : options.Invoke();
    }

    // Looks at the words themselves, because no value is asked for before all have been found good.
    private bool UsesSgd(SymbolResult option) => option.GetResult(_optimizer)?.Tokens is [{ Value: Sgd }];

    private int Run(ParseResult options)
    {
        string? file = options.GetValue(_text);
        Corpus corpus;
        try
        {
            corpus = new Corpus(file is null ? TextSource.Documentation() : TextSource.Read(file), options.GetRequiredValue(_context));
        }
        catch (Exception reason) when (reason is IOException or UnauthorizedAccessException or ArgumentException or InvalidDataException)
        {
            return Refuse([$"Option '--text': the file '{file}' cannot be learned from. {reason.Message}"]);
        }

        _run(corpus, SettingsOf(options));
        return 0;
    }

    private Settings SettingsOf(ParseResult options) => new()
    {
        Optimizer = options.GetRequiredValue(_optimizer) == Sgd ? Optimizer.Sgd : Optimizer.AdamW,
        LearningRate = options.GetRequiredValue(_learningRate),
        WeightDecay = options.GetRequiredValue(_weightDecay),
        Filter = options.GetRequiredValue(_filter),
        Epochs = options.GetRequiredValue(_epochs),
        Context = options.GetRequiredValue(_context),
        Features = options.GetRequiredValue(_features),
        Batch = options.GetRequiredValue(_batch),
        Seed = options.GetRequiredValue(_seed),
        Threads = options.GetRequiredValue(_threads),
    };

    private static int Refuse(IEnumerable<string> reasons)
    {
        foreach (string reason in reasons)
        {
            Console.Error.WriteLine(reason);
        }

        Console.Error.WriteLine("Use --help to see the options.");
        return Misused;
    }
}
