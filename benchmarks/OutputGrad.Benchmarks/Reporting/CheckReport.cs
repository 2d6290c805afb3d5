namespace OutputGrad.Benchmarks.Reporting;

/// <summary>Prints a line per figure that something is required of, and how many are as required.</summary>
internal sealed class CheckReport : IReport
{
    private string _group = "";
    private int _met;
    private int _missed;
    private int _failed;

    public void Begin(IComparison comparison) => _group = comparison.Name;

    public void Add(ComparisonCase problem, Finding finding)
    {
        if (finding.Requirement is not { } requirement)
        {
            return;
        }

        bool isMet = requirement.IsMetBy(finding.Value);
        string threads = finding.Threads == 1 ? "1 thread" : $"{finding.Threads} threads";
        Print(isMet ? "met" : "MISSED", problem, $"{threads}, {finding.What}: {finding.Text}, {requirement}");
        _met += isMet ? 1 : 0;
        _missed += isMet ? 0 : 1;
    }

    public void AddFailure(ComparisonCase problem, string message)
    {
        Print("FAILED", problem, message);
        _failed++;
    }

    public void End()
    {
    }

    /// <summary>Says the totals. A check that had nothing to check has not passed.</summary>
    public bool Complete()
    {
        int all = _met + _missed + _failed;
        Console.WriteLine(all == 0 ? "nothing is required of the figures selected" : $"{_met} met, {_missed} missed, {_failed} failed");
        return _met > 0 && _missed == 0 && _failed == 0;
    }

    private void Print(string verdict, ComparisonCase problem, string text) =>
        Console.WriteLine($"{verdict,-6}  {_group} {problem.Shape} {problem.Type}, {text}");
}
