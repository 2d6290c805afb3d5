using System.Globalization;

namespace OutputGrad.Benchmarks.Reporting;

/// <summary>What the project requires of a figure: a floor for a ratio, a ceiling for bytes and errors.</summary>
internal sealed class Requirement
{
    private readonly Func<double, bool> _isMet;
    private readonly string _text;

    private Requirement(string text, Func<double, bool> isMet)
    {
        _text = text;
        _isMet = isMet;
    }

    public static Requirement AtLeast(double floor) =>
        new(string.Create(CultureInfo.InvariantCulture, $"at least {floor:0.00}"), value => value >= floor);

    public static Requirement AtMost(double ceiling) =>
        new(string.Create(CultureInfo.InvariantCulture, $"at most {ceiling:0.00####}"), value => value <= ceiling);

    public static Requirement AtMostBytes(long ceiling) => new($"at most {Figures.Bytes(ceiling)}", value => value <= ceiling);

    public bool IsMetBy(double value) => _isMet(value);

    public override string ToString() => _text;
}
