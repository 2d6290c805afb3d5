using Samples;

namespace LanguageModelHead;

/// <summary>The sample from beginning to end.</summary>
internal static class Story
{
    public static void Tell(Settings settings)
    {
        (string headFile, string hiddenFile) = Files(settings);
        MemoryUse before = MemoryUse.Now;
        using Head head = Head.Open(headFile, settings.Weights, settings.Bias);
        using HiddenStates states = HiddenStates.Open(hiddenFile, head, settings);
        Words words = settings.Vocabulary is null ? Words.None : Words.Read(settings.Vocabulary, head);
        using ScoreTable? table = settings.Table is null ? null : ScoreTable.Create(settings.Table, head);
        Report.Start(head, headFile, states, hiddenFile);

        Report.Scoring(states, settings);
        Scoring scoring = new(head, states, settings);
        List<TokenScore> first = [];
        Summary summary = WorkProgress.Show(progress =>
        {
            Summary soFar = new();
            foreach (IReadOnlyList<TokenScore> scores in scoring.Run())
            {
                soFar.Add(scores);
                first.AddRange(scores.Take(Math.Max(settings.Show, settings.Check) - first.Count));
                table?.Write(scores);
                progress.Report(new WorkDone((double)soFar.Count / states.Scored, soFar.Line));
            }

            return soFar;
        });
        MemoryUse after = MemoryUse.Now;

        Report.Summary(summary);
        Report.Tokens([.. first.Take(settings.Show)], words);
        if (table is not null)
        {
            table.Complete();
            Report.Wrote(settings.Table!);
        }

        if (settings.Check > 0)
        {
            Report.Check(NaiveCheck.Run(head, states, settings.Layer, [.. first.Take(settings.Check)]));
        }

        Report.Speed(scoring, summary.Count);
        Report.Memory(before, after, headFile, hiddenFile);
    }

    private static (string Head, string Hidden) Files(Settings settings)
    {
        if (settings.Folder is null)
        {
            return (settings.File!, settings.Hidden!);
        }

        (string head, string hidden) = DrawnModel.Write(settings.Folder, settings);
        Report.Drawn(head, hidden);
        return (head, hidden);
    }
}
