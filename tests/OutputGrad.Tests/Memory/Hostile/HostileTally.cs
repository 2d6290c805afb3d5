using System.Globalization;
using System.Text.RegularExpressions;
using Xunit;

namespace OutputGrad.Tests.Memory.Hostile;

/// <summary>How calls on arrays that changed meanwhile ended: with a value, or with an exception that says what was wrong.</summary>
internal sealed partial record HostileTally
{
    /// <summary>What a child process puts before its tally.</summary>
    public const string Announcement = "tally: ";

    public int Rounds { get; set; }

    public int Values { get; private set; }

    /// <summary>Exceptions of arguments.</summary>
    public int Refusals { get; private set; }

    /// <summary>Exceptions that say that arguments changed.</summary>
    public int Changes { get; private set; }

    /// <summary>Runs a call; fails where it ends in any other way.</summary>
    public void Add(Action call)
    {
        switch (Record.Exception(call))
        {
            case null:
                Values++;
                break;
            case { } thrown when thrown.GetType() == typeof(ArgumentException) || thrown.GetType() == typeof(ArgumentOutOfRangeException):
                Refusals++;
                break;
            case { } thrown when thrown.GetType() == typeof(InvalidOperationException):
                Changes++;
                break;
            case { } thrown:
                Assert.Fail($"A call ended in {thrown}");
                break;
        }
    }

    public override string ToString() => $"{Rounds} rounds, {Values} values, {Refusals} refusals, {Changes} changes";

    public static HostileTally Parse(string text)
    {
        int[] numbers = [.. Number().Matches(text).Select(match => int.Parse(match.Value, CultureInfo.InvariantCulture))];
        return new() { Rounds = numbers[0], Values = numbers[1], Refusals = numbers[2], Changes = numbers[3] };
    }

    [GeneratedRegex("[0-9]+")]
    private static partial Regex Number();
}
