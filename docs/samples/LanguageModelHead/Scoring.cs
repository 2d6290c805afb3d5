using System.Diagnostics;
using OutputGrad;
using Samples;

namespace LanguageModelHead;

/// <summary>A batch of positions at a time: one pass for losses, entropies and ranks, one for the likeliest tokens.</summary>
internal sealed class Scoring(Head head, HiddenStates states, Settings settings)
{
    private readonly int _top = Math.Min(TokenScore.TopCount, head.Tokens);
    private readonly Stopwatch _lossWatch = new();
    private readonly Stopwatch _topWatch = new();

    /// <summary>The time that losses, entropies and ranks have taken so far.</summary>
    public TimeSpan ElapsedInLoss => _lossWatch.Elapsed;

    /// <summary>The time that the likeliest tokens have taken so far.</summary>
    public TimeSpan ElapsedInTop => _topWatch.Elapsed;

    /// <summary>
    /// Scores one batch further each time the caller asks for the next element. Positions that do not count are left out.
    /// </summary>
    /// <exception cref="MisuseException">A token has no finite log-probability.</exception>
    public IEnumerable<IReadOnlyList<TokenScore>> Run()
    {
        for (int first = 0; first < states.Count; first += settings.Batch)
        {
            yield return Score(first, Math.Min(settings.Batch, states.Count - first));
        }
    }

    private List<TokenScore> Score(int first, int count)
    {
        float[] losses = new float[count], entropies = new float[count], topLogarithms = new float[count * _top];
        int[] ranks = new int[count], top = new int[count * _top];

        _lossWatch.Start();
        RowResults<float> rows = new() { Losses = losses, Entropies = entropies, TargetRanks = ranks };
        LinearCrossEntropy.Loss(head.Layer, states.Batch(first, count), settings.Layer, rows);
        _lossWatch.Stop();

        _topWatch.Start();
        LinearSoftmax.TopK(head.Layer, states.Widened(first, count), count, top, topLogarithms, settings.Layer);
        _topWatch.Stop();

        List<TokenScore> scores = [];
        for (int row = 0; row < count; row++)
        {
            if (states.Target(first + row) is int target && target != HiddenStates.Ignored)
            {
                if (!float.IsFinite(losses[row]))
                {
                    throw NonFinite.Reason(head, states, first + row);
                }

                Choice[] choices = new Choice[_top];
                for (int k = 0; k < _top; k++)
                {
                    choices[k] = new Choice(top[(row * _top) + k], topLogarithms[(row * _top) + k]);
                }

                scores.Add(new TokenScore(first + row, target, -losses[row], ranks[row], entropies[row], choices));
            }
        }

        return scores;
    }
}
