using OutputGrad.Training;

namespace Intents;

/// <summary>The intents that are found worst, and what was answered to their questions.</summary>
internal sealed class WorstIntents
{
    private readonly Evaluation<string> _evaluation;
    private readonly int[] _classes;

    /// <param name="evaluation">How well all intents are found.</param>
    /// <param name="most">How many to choose: those of the smallest F1.</param>
    public WorstIntents(Evaluation<string> evaluation, int most)
    {
        _evaluation = evaluation;
        _classes = SideBySide([.. evaluation.PerClass.Index().OrderBy(one => one.Item.F1).Take(most).Select(one => one.Index)]);
    }

    public int Count => _classes.Length;

    public string Intent(int row) => _evaluation.PerClass[_classes[row]].Label;

    /// <summary>How many questions of one intent were answered with another, or with their own.</summary>
    public int Answers(int row, int column) => _evaluation.ConfusionMatrix[_classes[row], _classes[column]];

    /// <summary>How many were answered with none of these intents.</summary>
    public int OtherAnswers(int row) =>
        _evaluation.PerClass[_classes[row]].Support - Rows.Sum(column => Answers(row, column));

    /// <summary>The most questions of any of the intents that were answered rightly.</summary>
    public int MostRight => Rows.Max(row => Answers(row, row));

    /// <summary>The most questions of any of them that were answered with the same other one.</summary>
    public int MostWrong => Rows.Max(row => Rows.Where(column => column != row).Max(column => Answers(row, column)));

    private IEnumerable<int> Rows => Enumerable.Range(0, Count);

    /// <summary>Each next to the one that it is confused with most often, as far as that goes: then the matrix shows groups.</summary>
    private int[] SideBySide(List<int> worstFirst)
    {
        List<int> order = [];
        while (worstFirst.Count > 0)
        {
            int next = order.Count == 0 ? worstFirst[0] : worstFirst.MaxBy(candidate => Confusions(order[^1], candidate));
            order.Add(next);
            worstFirst.Remove(next);
        }

        return [.. order];
    }

    private int Confusions(int one, int other) => _evaluation.ConfusionMatrix[one, other] + _evaluation.ConfusionMatrix[other, one];
}
