using System.Globalization;

namespace OutputGrad.Benchmarks.Reporting;

/// <summary>What the project promises itself of a figure.</summary>
internal sealed class Target
{
    private readonly Func<double, bool> _isMet;
    private readonly string _text;

    private Target(string text, Func<double, bool> isMet)
    {
        _text = text;
        _isMet = isMet;
    }

    public static Target AtLeast(double floor) =>
        new(string.Create(CultureInfo.InvariantCulture, $">= {floor:0.00}"), value => value >= floor);

    public static Target AtMost(double ceiling) =>
        new(string.Create(CultureInfo.InvariantCulture, $"<= {ceiling:0.00}"), value => value <= ceiling);

    public static Target AtMostBytes(long ceiling) => new($"<= {Figures.Bytes(ceiling)}", value => value <= ceiling);

    public bool IsMetBy(double value) => _isMet(value);

    public override string ToString() => _text;
}
