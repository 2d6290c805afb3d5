#:property RestorePackagesWithLockFile=false
#:property PublishAot=false

// The predictions of docs/scale.md: `dotnet run eng/scale.cs` prints its table and draws docs/images/scale.svg.
using System.Text;

const double Rows = 4096, Flops = 2e12, Latency = 20e-6;
const int State = 60, Number = 4;
(double Classes, double Features)[] heads = [(151_936, 1024), (262_144, 5376)];
double[] gigabits = [10, 100, 400];
int[] ranks = [8, 64, 512];

Console.WriteLine("| head | ranks | computing | classes: 10, 100, 400 Gbit/s | rows: 10, 100, 400 Gbit/s |\n|---|---|---|---|---|");
foreach ((double classes, double features) in heads)
{
    foreach (int count in ranks)
    {
        string byClasses = string.Join(", ", gigabits.Select(rate => Milliseconds(ByClasses(classes, features, count, rate))));
        string byRows = string.Join(", ", gigabits.Select(rate => Milliseconds(ByRows(classes, features, count, rate))));
        string computing = $"{Milliseconds(Computing(8, classes, features, count))} ms";
        string head = FormattableString.Invariant($"{classes} x {features}");
        Console.WriteLine($"| {head} | {count} | {computing} | {byClasses} ms | {byRows} ms |");
    }
}

File.WriteAllText(Path.Combine(ThisFolder(), "..", "docs", "images", "scale.svg"), Draw());

// not the caller's path, which builds in CI hide
static string ThisFolder() => (string)AppContext.GetData("EntryPointFileDirectoryPath")!;

static string Milliseconds(double seconds) => FormattableString.Invariant($"{seconds * 1e3:0.0}");

// Products of the rows, the classes and the features; a multiplication and an addition count as two.
static double Computing(int operations, double classes, double features, int count) =>
    operations * Rows * classes * features / (count * Flops);

// 6 exchanges, in each of which a rank waits for the farthest.
static double ByClasses(double classes, double features, int count, double rate) =>
    Computing(8, classes, features, count) + Sending(Rows * (State + (Number * features)), count, rate) + (6 * Latency);

static double ByRows(double classes, double features, int count, double rate) =>
    Computing(8, classes, features, count) + Sending(Number * classes * (features + 1), count, rate) + (6 * Latency);

static double Sending(double bytes, int count, double rate) => 2.0 * (count - 1) / count * bytes / (rate * 1e9 / 8);

// Step time over the number of ranks, both logarithmic, at 100 Gbit/s.
string Draw()
{
    const int Left = 80, Top = 60, Width = 780, Height = 340, Decades = 5;
    StringBuilder svg = new();
    Append($"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 900 460" """);
    Append($"""     font-family="sans-serif" font-size="12" fill="#24292F">""");
    Append($"""<rect width="100%" height="100%" fill="#FFFFFF"/>""");
    Append($"""<text x="20" y="30" font-size="16" font-weight="bold">Predicted step of 4096 rows at 100 Gbit/s</text>""");
    for (int decade = 0; decade <= Decades; decade++)
    {
        double y = Y(Math.Pow(10, decade - 3));
        Append($"""<line x1="{Left}" x2="{Left + Width}" y1="{y}" y2="{y}" stroke="#E3E6EA"/>""");
        Append($"""<text x="{Left - 8}" y="{y + 4}" text-anchor="end">{Math.Pow(10, decade)} ms</text>""");
    }

    for (int count = 1; count <= 512; count *= 2)
    {
        Append($"""<text x="{X(count):0.#}" y="{Top + Height + 18}" text-anchor="middle">{count}</text>""");
    }

    Append($"""<text x="{Left + (Width / 2)}" y="{Top + Height + 40}" text-anchor="middle">ranks</text>""");
    foreach ((int index, (double classes, double features)) in heads.Index())
    {
        string color = index == 0 ? "#2F74B5" : "#B86A14";
        Line(count => ByClasses(classes, features, count, 100), color, "", $"{classes} x {features}, classes split");
        Line(count => ByRows(classes, features, count, 100), color, "6 4", $"{classes} x {features}, rows split");
    }

    return svg.Append("</svg>\n").ToString();

    void Line(Func<int, double> seconds, string color, string dashes, string name)
    {
        StringBuilder points = new();
        for (int count = 1; count <= 512; count *= 2)
        {
            points.Append(FormattableString.Invariant($"{X(count):0.#},{Y(seconds(count)):0.#} "));
        }

        Append($"""<polyline points="{points}" fill="none" stroke="{color}" stroke-width="2" stroke-dasharray="{dashes}"/>""");
        Append($"""<text x="{Left + Width}" y="{Y(seconds(512)) - 6:0.#}" text-anchor="end" fill="{color}">{name}</text>""");
    }

    double X(int count) => Left + (Math.Log2(count) / 9 * Width);
    double Y(double seconds) => Math.Round(Top + Height - ((Math.Log10(seconds) + 3) / Decades * Height), 1);
    void Append(FormattableString line) => svg.Append(FormattableString.Invariant(line)).Append('\n');
}
