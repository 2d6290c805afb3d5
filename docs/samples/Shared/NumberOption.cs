using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Numerics;

namespace Samples;

/// <summary>An option that takes a number within bounds, and says so when it is given something else.</summary>
public sealed class NumberOption<T> : Option<T>
    where T : INumber<T>
{
    private readonly T _least;
    private readonly T _most;

    public NumberOption(string name, T least, T most)
        : base(name)
    {
        _least = least;
        _most = most;
        HelpName = "NUMBER";
        CustomParser = Parse;
    }

    private T Parse(ArgumentResult argument)
    {
        string text = argument.Tokens[0].Value;
        if (!T.TryParse(text, CultureInfo.InvariantCulture, out T? number) || !(number >= _least && number <= _most))
        {
            string kind = typeof(T) == typeof(int) ? "a whole number" : "a number";
            argument.AddError($"Option '{Name}' takes {kind} from {_least} to {_most}, not '{text}'.");
            return _least;
        }

        return number;
    }
}
