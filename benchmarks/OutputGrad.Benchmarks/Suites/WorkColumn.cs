using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Parameters;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace OutputGrad.Benchmarks.Suites;

/// <summary>A column computed from a benchmark's median time and its <see cref="Work"/>.</summary>
internal sealed class WorkColumn(string name, string legend, Func<IMeasuredWork, Work, double, double> figure) : IColumn
{
    public string Id => name;

    public string ColumnName => name;

    public string Legend => legend;

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public bool IsAvailable(Summary summary) => true;

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) => GetValue(summary, benchmarkCase, SummaryStyle.Default);

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style)
    {
        if (summary[benchmarkCase]?.ResultStatistics is not { } statistics || Suite(benchmarkCase) is not { } suite)
        {
            return "-";
        }

        Work work = suite.WorkOf(benchmarkCase.Descriptor.Categories[0]);
        double value = figure(suite, work, statistics.Median / 1e9);
        return value > 0 ? value.ToString("0.00", CultureInfo.InvariantCulture) : "-";
    }

    public override string ToString() => name;

    private static IMeasuredWork? Suite(BenchmarkCase benchmarkCase)
    {
        Type type = benchmarkCase.Descriptor.Type;
        if (Activator.CreateInstance(type) is not IMeasuredWork suite)
        {
            return null;
        }

        foreach (ParameterInstance parameter in benchmarkCase.Parameters.Items)
        {
            type.GetProperty(parameter.Name)?.SetValue(suite, parameter.Value);
        }

        return suite;
    }
}
