namespace LanguageModelHead;

/// <summary>What the head says where one token follows.</summary>
/// <param name="Position">Where, counted from 0.</param>
/// <param name="Target">The token that follows.</param>
/// <param name="LogProbability">The natural logarithm of its probability.</param>
/// <param name="Rank">How many tokens are likelier, or as likely and of a lower id.</param>
/// <param name="Entropy">How undecided the head is, in nats.</param>
/// <param name="Top">The likeliest tokens, likeliest first.</param>
internal sealed record TokenScore(int Position, int Target, double LogProbability, int Rank, double Entropy, IReadOnlyList<Choice> Top)
{
    /// <summary>How many of the likeliest tokens there are, or as many as the head has.</summary>
    public const int TopCount = 5;
}
