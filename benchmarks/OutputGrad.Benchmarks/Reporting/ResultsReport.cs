using System.Diagnostics;

namespace OutputGrad.Benchmarks.Reporting;

/// <summary>Writes a run into a file of results, beside another report; not where a case failed.</summary>
internal sealed class ResultsReport(IReport shown, string path, string title, string command, string baselines) : IReport
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly DateOnly _date = DateOnly.FromDateTime(DateTime.UtcNow);
    private readonly double? _loadAverage = Machine.LoadAverage;
    private readonly ResultsFile _file = ResultsFile.ReadOrBegin(path);
    private readonly List<MeasuredGroup> _groups = [];
    private bool _failed;

    public void Begin(IComparison comparison)
    {
        shown.Begin(comparison);
        _groups.Add(new MeasuredGroup(comparison.Name, comparison.Title, []));
    }

    public void Add(ComparisonCase problem, Finding finding)
    {
        shown.Add(problem, finding);
        _groups[^1].Figures.Add(MeasuredFigure.Of(problem, finding));
    }

    public void AddFailure(ComparisonCase problem, string message)
    {
        shown.AddFailure(problem, message);
        _failed = true;
    }

    public void End() => shown.End();

    public bool Complete()
    {
        bool passed = shown.Complete();
        if (_failed)
        {
            Console.WriteLine($"{path} is left as it was, since a case failed.");
            return false;
        }

        _file.Put(new MeasuredRun
        {
            Title = title,
            Command = command,
            Date = _date,
            Commit = Machine.Commit,
            System = Machine.System,
            Runtime = Machine.Runtime,
            Baselines = baselines,
            Seconds = Math.Round(Stopwatch.GetElapsedTime(_start).TotalSeconds),
            LoadAverage = _loadAverage,
            Groups = _groups,
        });
        _file.Write(path);
        return passed;
    }
}
