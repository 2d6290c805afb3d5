using static Samples.Printout;

namespace LanguageModelHead;

/// <summary>What the sample says, in plain lines that read the same in a terminal and in a file.</summary>
internal static class Report
{
    private const double Megabyte = 1e6;

    public static void Drawn(string head, string hidden)
    {
        Line("no file was given: a head of a small model's shape is drawn at random, and hidden states that foresee");
        Line("some tokens and not others; no number below says anything about a real model");
        Line($"wrote {head}");
        Line($"wrote {hidden}");
        Console.WriteLine();
    }

    public static void Start(Head head, string headFile, HiddenStates states, string hiddenFile)
    {
        Line($"head           {head.Weights}, {head.Weights.ByteCount / Megabyte:0.0} MB of {headFile}");
        if (head.IsTied)
        {
            Line($"               the file has no {Head.KnownNames[0]}: these embeddings are taken to be the head too (tied)");
        }

        Line($"hidden states  {states.Hidden}, {states.Hidden.ByteCount / Megabyte:0.0} MB of {hiddenFile}");
    }

    public static void Scoring(HiddenStates states, Settings settings)
    {
        string ignored = states.Scored < states.Count ? $" of {states.Count} positions" : "";
        string softcap = settings.Layer.LogitSoftcap > 0 ? $", softcap {settings.Layer.LogitSoftcap}" : "";
        string temperature = settings.Layer.LogitScale != 1 ? $", temperature {1 / settings.Layer.LogitScale}" : "";
        Title($"Scoring {states.Scored} tokens{ignored}, {settings.Batch} at a time{temperature}{softcap}");
    }

    public static void Summary(Summary summary)
    {
        Title("How well they were foreseen");
        Line($"perplexity    {summary.Perplexity:0.0000}  as unsure as among so many equally likely tokens");
        Line($"mean entropy  {summary.MeanEntropy:0.0000}  nats: as undecided as among {Math.Exp(summary.MeanEntropy):0.00} tokens");
        Line($"likeliest     {summary.Likeliest:0.0000}  of the tokens were the likeliest");
        Line($"top {TokenScore.TopCount}         {summary.AmongTop:0.0000}  were among the {TokenScore.TopCount} likeliest");
    }

    public static void Tokens(IReadOnlyList<TokenScore> scores, Words words)
    {
        if (scores.Count == 0)
        {
            return;
        }

        Title($"The first {scores.Count} tokens, and the likeliest with their probabilities");
        int width = scores.Max(score => words.Of(score.Target).Length);
        Line($"{"token".PadLeft(width)}   log p    rank  entropy");
        foreach (TokenScore score in scores)
        {
            string top = string.Join("  ", score.Top.Select(choice => $"{words.Of(choice.Token)} {choice.Probability:0.000}"));
            string target = words.Of(score.Target).PadLeft(width);
            Line($"{target} {score.LogProbability,7:0.000} {score.Rank,7} {score.Entropy,8:0.000}  {top}");
        }
    }

    public static void Wrote(string table) => Line($"wrote all tokens' scores to {table}");

    public static void Check(NaiveCheck check)
    {
        Title($"The first {check.Tokens} tokens computed again, by the definition and in double precision");
        Line($"largest difference of a log-probability  {check.LogProbability:0.0e+00}");
        Line($"largest difference of an entropy         {check.Entropy:0.0e+00}");
        Line($"largest difference of a rank             {check.Rank}");
    }

    public static void Speed(Scoring scoring, int tokens)
    {
        double loss = scoring.ElapsedInLoss.TotalSeconds, top = scoring.ElapsedInTop.TotalSeconds;
        Title("How fast");
        Line($"losses, entropies, ranks  {tokens / loss,8:0} tokens per second");
        Line($"the top {TokenScore.TopCount}                 {tokens / top,8:0} tokens per second");
        Line($"both                      {tokens / (loss + top),8:0} tokens per second");
    }

    public static void Memory(MemoryUse before, MemoryUse after, params ReadOnlySpan<string> files)
    {
        long mapped = 0;
        foreach (string file in files)
        {
            mapped += new FileInfo(file).Length;
        }

        Title("Memory in MB, before the files were opened and after scoring");
        Line($"mapped    {0,8:0.0} {mapped / Megabyte,8:0.0}  both files, read in place");
        Line($"managed   {Megabytes(before.Managed)} {Megabytes(after.Managed)}  the garbage collector's: all that is not read in place");
        Line($"resident  {Megabytes(before.Resident)} {Megabytes(after.Resident)}  of the process, as the operating system counts it:");
        Line("                             the runtime, managed memory, and what was read of the mapped files");
    }

    private static string Megabytes(long bytes) => $"{bytes / Megabyte,8:0.0}";
}
