using Spectre.Console;

namespace Samples;

/// <summary>The bar that somebody before a terminal sees. In a file or a pipe there is none.</summary>
internal static class TerminalBar
{
    public static bool IsSeen =>
        AnsiConsole.Console.Profile is { Out.IsTerminal: true, Capabilities: { Ansi: true, Interactive: true } };

    /// <param name="whole">The bar's value when it is full.</param>
    /// <param name="work">What moves the bar.</param>
    public static T Show<T>(double whole, Func<ProgressTask, T> work)
    {
        TaskDescriptionColumn description = new() { Alignment = Justify.Left };
        return AnsiConsole.Console.Progress()
            .Columns(new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(), description)
            .Start(progress => work(progress.AddTask("start", maxValue: whole)));
    }
}
