using Samples;

namespace NextWord;

/// <summary>How the model does after so many times through the training part.</summary>
/// <param name="Number">How many times; 0 is before training.</param>
/// <param name="TrainingLoss">The mean loss of the training part's words, each before its own step; 0 before training.</param>
/// <param name="HeldOutLoss">The mean loss of the held-out part's words afterwards.</param>
/// <param name="FilteredMass">The most that the filter left out of any row's residuals.</param>
internal sealed record Epoch(int Number, double TrainingLoss, double HeldOutLoss, double FilteredMass) : IEpoch
{
    public string Summary => Number == 0
        ? $"held-out perplexity {Perplexity.Of(HeldOutLoss):0.0}"
        : $"perplexity {Perplexity.Of(TrainingLoss):0.0}  held-out {Perplexity.Of(HeldOutLoss):0.0}";
}
