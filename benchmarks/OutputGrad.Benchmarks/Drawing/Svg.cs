using System.Text;

namespace OutputGrad.Benchmarks.Drawing;

/// <summary>The marks that charts are made of.</summary>
internal static class Svg
{
    public static void AddBox(StringBuilder svg, double x, double y, double width, double height, string color) =>
        svg.AppendLine(Invariant($"""<rect x="{x:0.#}" y="{y:0.#}" width="{width:0.#}" height="{height:0.#}" fill="{color}"/>"""));

    // The white rim keeps a text legible where it crosses a line.
    public static void AddLabel(StringBuilder svg, double x, double y, string text, string anchor) => svg.AppendLine(Invariant(
        $"""<text x="{x:0.#}" y="{y:0.#}" text-anchor="{anchor}" stroke="#FFFFFF" stroke-width="3" paint-order="stroke">{text}</text>"""));

    public static string Invariant(FormattableString text) => FormattableString.Invariant(text);

    /// <summary>A picture that has a width and a height alone, so that it is scaled and not cut where it is narrow.</summary>
    public static string Scalable(string svg, int width, int height)
    {
        string start = svg[svg.IndexOf("<svg ", StringComparison.Ordinal)..];
        return string.Concat("<svg ", Invariant($"viewBox=\"0 0 {width} {height}\" "), start["<svg ".Length..]).ReplaceLineEndings("\n");
    }
}
