namespace NextWord;

/// <summary>A mean loss per word as a number of words: whoever is as unsure as that chooses among so many, all equally likely.</summary>
internal static class Perplexity
{
    public static double Of(double loss) => Math.Exp(loss);
}
