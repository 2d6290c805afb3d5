using OutputGrad;

namespace LanguageModelHead;

/// <summary>The scores of a few tokens computed again by the definition, in double precision, one logit at a time.</summary>
/// <param name="Tokens">How many.</param>
/// <param name="LogProbability">The largest difference of a log-probability, of the likeliest tokens' too.</param>
/// <param name="Entropy">The largest difference of an entropy.</param>
/// <param name="Rank">The largest difference of a rank. Two logits that rounding cannot tell apart may trade places.</param>
internal sealed record NaiveCheck(int Tokens, double LogProbability, double Entropy, int Rank)
{
    public static NaiveCheck Run(Head head, HiddenStates states, CrossEntropyOptions options, IReadOnlyList<TokenScore> scores)
    {
        double worstLogProbability = 0, worstEntropy = 0;
        int worstRank = 0;
        foreach (TokenScore score in scores)
        {
            double[] logits = Logits(head, states.Widened(score.Position, 1), options);
            double largest = logits.Max();
            double logSum = largest + Math.Log(logits.Sum(logit => Math.Exp(logit - largest)));
            double entropy = logits.Where(double.IsFinite).Sum(logit => Math.Exp(logit - logSum) * (logSum - logit));
            double target = logits[score.Target];
            int rank = logits.Index().Count(logit => logit.Item > target || (logit.Item == target && logit.Index < score.Target));

            worstEntropy = Math.Max(worstEntropy, Difference(entropy, score.Entropy));
            worstRank = Math.Max(worstRank, Math.Abs(rank - score.Rank));
            foreach (Choice choice in score.Top.Append(new Choice(score.Target, score.LogProbability)))
            {
                worstLogProbability = Math.Max(worstLogProbability, Difference(logits[choice.Token] - logSum, choice.LogProbability));
            }
        }

        return new NaiveCheck(scores.Count, worstLogProbability, worstEntropy, worstRank);
    }

    // Masked tokens have minus infinity, which less itself is no number.
    private static double Difference(double one, double other) => one == other ? 0 : Math.Abs(one - other);

    private static double[] Logits(Head head, ReadOnlySpan<float> hidden, CrossEntropyOptions options)
    {
        ReadOnlySpan<float> bias = head.Layer.Bias;
        double[] logits = new double[head.Tokens];
        for (int token = 0; token < logits.Length; token++)
        {
            ReadOnlySpan<float> weights = head.Row(token);
            double logit = bias.IsEmpty ? 0 : bias[token];
            for (int i = 0; i < hidden.Length; i++)
            {
                logit += (double)weights[i] * hidden[i];
            }

            logit *= options.LogitScale;
            logits[token] = options.LogitSoftcap > 0 ? options.LogitSoftcap * Math.Tanh(logit / options.LogitSoftcap) : logit;
        }

        return logits;
    }
}
