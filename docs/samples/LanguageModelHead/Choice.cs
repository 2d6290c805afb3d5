namespace LanguageModelHead;

/// <summary>One of the likeliest tokens.</summary>
/// <param name="Token">Its id.</param>
/// <param name="LogProbability">The natural logarithm of its probability.</param>
internal readonly record struct Choice(int Token, double LogProbability)
{
    public double Probability => Math.Exp(LogProbability);
}
