using Spectre.Console;

namespace Digits;

/// <summary>Shows the training as it goes: a progress bar in a terminal, plain lines in a file or a pipe.</summary>
internal static class TrainingProgress
{
    private const int EpochsPerLine = 10;

    /// <returns>The state before training and after each epoch.</returns>
    public static IReadOnlyList<Epoch> Show(GradientDescent descent)
    {
        IAnsiConsole console = AnsiConsole.Console;
        return console.Profile.Out.IsTerminal && console.Profile.Capabilities is { Ansi: true, Interactive: true }
            ? AsBar(descent, console)
            : AsLines(descent);
    }

    private static List<Epoch> AsBar(GradientDescent descent, IAnsiConsole console)
    {
        return console.Progress()
            .Columns(new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(progress =>
            {
                ProgressTask task = progress.AddTask("start", maxValue: GradientDescent.Epochs);
                List<Epoch> epochs = [];
                foreach (Epoch epoch in descent.Run())
                {
                    epochs.Add(epoch);
                    task.Value = epoch.Number;
                    task.Description = Describe(epoch);
                }

                return epochs;
            });
    }

    private static List<Epoch> AsLines(GradientDescent descent)
    {
        List<Epoch> epochs = [];
        foreach (Epoch epoch in descent.Run())
        {
            epochs.Add(epoch);
            if (epoch.Number % EpochsPerLine == 0)
            {
                Report.Line($"epoch {epoch.Number,3}  {Describe(epoch)}");
            }
        }

        return epochs;
    }

    private static string Describe(Epoch epoch) =>
        $"loss {epoch.Training.Loss:0.0000}  accuracy {Epoch.Accuracy(epoch.Training):0.000}";
}
