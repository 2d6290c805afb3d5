namespace LanguageModelHead;

/// <summary>How well all tokens so far were foreseen.</summary>
internal sealed class Summary
{
    private double _logProbability;
    private double _entropy;
    private int _likeliest;
    private int _amongTop;

    /// <summary>How many tokens.</summary>
    public int Count { get; private set; }

    /// <summary>Whoever is as unsure as the head of the tokens that follow chooses among so many, all equally likely.</summary>
    public double Perplexity => Math.Exp(-_logProbability / Count);

    /// <summary>In nats.</summary>
    public double MeanEntropy => _entropy / Count;

    /// <summary>The share of tokens that were the likeliest.</summary>
    public double Likeliest => (double)_likeliest / Count;

    /// <summary>The share of tokens that were among the likeliest <see cref="TokenScore.TopCount"/>.</summary>
    public double AmongTop => (double)_amongTop / Count;

    /// <summary>How it stands, while more are to come.</summary>
    public string Line => $"{Count,7} tokens  perplexity {Perplexity:0.00}";

    public void Add(IEnumerable<TokenScore> scores)
    {
        foreach (TokenScore score in scores)
        {
            Count++;
            _logProbability += score.LogProbability;
            _entropy += score.Entropy;
            _likeliest += score.Rank == 0 ? 1 : 0;
            _amongTop += score.Rank < TokenScore.TopCount ? 1 : 0;
        }
    }
}
