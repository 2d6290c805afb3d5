using System.CommandLine;
using Samples;

namespace Digits;

/// <summary>The sample's two options.</summary>
internal sealed class Options
{
    private readonly NumberOption<int> _seed = new("--seed", int.MinValue, int.MaxValue)
    {
        Description = "Where the random numbers start: the same seed gives the same numbers and pictures",
        DefaultValueFactory = _ => 1,
    };

    private readonly OutputOption _output = new("digits")
    {
        Description = "The folder for the two pictures, made if it is not there",
    };

    public IEnumerable<Option> All => [_seed, _output];

    public int Seed(ParseResult values) => values.GetRequiredValue(_seed);

    public string OutputFolder(ParseResult values) => _output.Folder(values);
}
