namespace Samples;

/// <summary>Shows a training as it goes: a progress bar in a terminal, a few plain lines in a file or a pipe.</summary>
public static class TrainingProgress
{
    // Besides the one for the state before training.
    private const int Lines = 5;

    /// <returns>The state before training and after each epoch.</returns>
    public static IReadOnlyList<TEpoch> Show<TEpoch>(ITraining<TEpoch> training)
        where TEpoch : IEpoch => TerminalBar.IsSeen ? AsBar(training) : AsLines(training);

    private static List<TEpoch> AsBar<TEpoch>(ITraining<TEpoch> training)
        where TEpoch : IEpoch =>
        TerminalBar.Show(training.Rows, task =>
        {
            List<TEpoch> epochs = [];
            foreach (TEpoch epoch in training.Run(rows => task.Increment(rows)))
            {
                epochs.Add(epoch);
                task.Description = epoch.Summary;
            }

            return epochs;
        });

    private static List<TEpoch> AsLines<TEpoch>(ITraining<TEpoch> training)
        where TEpoch : IEpoch
    {
        List<TEpoch> epochs = [];
        foreach (TEpoch epoch in training.Run(_ => { }))
        {
            epochs.Add(epoch);
            if (epoch.Number == 0 || LinesUntil(epoch.Number) > LinesUntil(epoch.Number - 1))
            {
                Printout.Line($"epoch {epoch.Number,3}  {epoch.Summary}");
            }
        }

        return epochs;

        int LinesUntil(int epoch) => epoch * Lines / training.Epochs;
    }
}
