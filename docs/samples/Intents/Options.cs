using System.CommandLine;
using Samples;

namespace Intents;

/// <summary>The sample's options.</summary>
internal sealed class Options
{
    private readonly NumberOption<int> _perIntent = new("--per-intent", QuestionSet.HeldOutEvery, QuestionSet.MostPerIntent)
    {
        Description = "The most questions of each intent to train on, and to test on; 10 for a quick run",
        DefaultValueFactory = _ => QuestionSet.MostPerIntent,
    };

    private readonly NumberOption<double> _c = new("--c", 1e-6, 1e6)
    {
        Description = "How little large weights are penalized, as scikit-learn has it: L2 = 1 / (C x rows)",
        DefaultValueFactory = _ => 10,
    };

    private readonly Option<string> _ask = new("--ask")
    {
        Description = "A question of your own to the bank",
        HelpName = "QUESTION",
        DefaultValueFactory = _ => "My daughter turns 16 next week, can she have a card too?",
    };

    private readonly OutputOption _output = new("intents")
    {
        Description = "The folder for embeddings, classifier and picture, made if it is not there",
    };

    public Options() => _ask.Validators.Add(result =>
    {
        if (result.Tokens is [{ Value: string question }] && string.IsNullOrWhiteSpace(question))
        {
            result.AddError($"Option '{_ask.Name}' takes a question, not an empty text.");
        }
    });

    public IEnumerable<Option> All => [_perIntent, _c, _ask, _output];

    /// <exception cref="MisuseException">There can be no such folder.</exception>
    public Settings Settings(ParseResult values) => new()
    {
        PerIntent = values.GetRequiredValue(_perIntent),
        C = values.GetRequiredValue(_c),
        Question = values.GetRequiredValue(_ask),
        Folder = _output.Folder(values),
    };
}
