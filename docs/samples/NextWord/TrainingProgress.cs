using Spectre.Console;

namespace NextWord;

/// <summary>Shows the training as it goes: a progress bar in a terminal, plain lines in a file or a pipe.</summary>
internal static class TrainingProgress
{
    private const int Lines = 5;

    /// <returns>The state before training and after each epoch.</returns>
    public static IReadOnlyList<Epoch> Show(Training training)
    {
        IAnsiConsole console = AnsiConsole.Console;
        return console.Profile.Out.IsTerminal && console.Profile.Capabilities is { Ansi: true, Interactive: true }
            ? AsBar(training, console)
            : AsLines(training);
    }

    private static List<Epoch> AsBar(Training training, IAnsiConsole console)
    {
        return console.Progress()
            .Columns(
                new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(progress =>
            {
                ProgressTask task = progress.AddTask("start", maxValue: training.Rows);
                List<Epoch> epochs = [];
                foreach (Epoch epoch in training.Run(rows => task.Increment(rows)))
                {
                    epochs.Add(epoch);
                    task.Description = Describe(epoch);
                }

                return epochs;
            });
    }

    private static List<Epoch> AsLines(Training training)
    {
        List<Epoch> epochs = [];
        foreach (Epoch epoch in training.Run(_ => { }))
        {
            epochs.Add(epoch);
            if (epoch.Number * Lines / training.Epochs > (epoch.Number - 1) * Lines / training.Epochs)
            {
                Report.Line($"epoch {epoch.Number,3}  {Describe(epoch)}");
            }
        }

        return epochs;
    }

    private static string Describe(Epoch epoch) =>
        epoch.Number == 0
            ? $"held-out perplexity {Perplexity.Of(epoch.HeldOutLoss):0.0}"
            : $"perplexity {Perplexity.Of(epoch.TrainingLoss):0.0}  held-out {Perplexity.Of(epoch.HeldOutLoss):0.0}";
}
