#:property RestorePackagesWithLockFile=false
#:property PublishAot=false

// Draws the pictures of the design into docs/images: `dotnet run eng/pictures.cs`.
// Each is one SVG on a white card, so that it is legible on light and dark pages.
using System.Text;

string images = Path.Combine(ThisFolder(), "..", "docs", "images");
File.WriteAllText(Path.Combine(images, "partition.svg"), Partition.Draw());
File.WriteAllText(Path.Combine(images, "memory.svg"), Memory.Draw());
File.WriteAllText(Path.Combine(images, "step.svg"), Step.Draw());
File.WriteAllText(Path.Combine(images, "shards.svg"), Shards.Draw());

// not the caller's path, which builds in CI hide
static string ThisFolder() => (string)AppContext.GetData("EntryPointFileDirectoryPath")!;

/// <summary>A hue in three shades: of an area, of one that stands out, and of its rim.</summary>
internal sealed record Hue(string Pale, string Full, string Rim)
{
    public static readonly Hue Blue = new("#E3EFFA", "#A9CDEE", "#2F74B5");
    public static readonly Hue Orange = new("#FCEEDC", "#F4C48A", "#B86A14");
    public static readonly Hue Green = new("#E2F3E7", "#A6D8B5", "#2E7D4A");
    public static readonly Hue Gray = new("#F3F5F7", "#D5DAE0", "#7A828C");
}

/// <summary>What all pictures are drawn with.</summary>
internal sealed class Card
{
    public const int Width = 900;
    private const string Ink = "#24292F";
    private const string Faint = "#57606A";
    private readonly StringBuilder _svg = new();

    public Card(int height, string title)
    {
        Append($"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {Width} {height}" """);
        Append($"""     font-family="sans-serif" font-size="12" fill="{Ink}">""");
        Append($"""<rect x="0.5" y="0.5" width="{Width - 1}" height="{height - 1}" rx="8" fill="#FFFFFF" stroke="#D0D7DE"/>""");
        Text(22, 32, title, "start", size: 16, isBold: true);
    }

    public override string ToString() => _svg + "</svg>\n";

    public void Box(double x, double y, double width, double height, string fill, string rim, double corner = 2) => Append(
        $"""<rect x="{x:0.##}" y="{y:0.##}" width="{width:0.##}" height="{height:0.##}" rx="{corner}" fill="{fill}" stroke="{rim}"/>""");

    /// <summary>A box cut into equal parts, some of which stand out.</summary>
    public void Cut(double x, double y, double width, double height, int parts, Hue hue, params int[] full)
    {
        for (int i = 0; i < parts; i++)
        {
            Box(x + (i * width / parts), y, width / parts, height, full.Contains(i) ? hue.Full : hue.Pale, hue.Rim, corner: 0);
        }
    }

    /// <summary>From a part of one bar to the whole of the bar below it.</summary>
    public void Zoom(double left, double right, double top, double wideLeft, double wideRight, double bottom, Hue hue)
    {
        string narrow = FormattableString.Invariant($"{right:0.##} {top:0.##}L{left:0.##} {top:0.##}");
        Append($"""<path d="M{narrow}L{wideLeft:0.##} {bottom:0.##}H{wideRight:0.##}Z" fill="{hue.Pale}"/>""");
    }

    public void Text(
        double x, double y, string text, string anchor = "middle", int size = 12, bool isBold = false, bool isFaint = false)
    {
        string style = $"font-size=\"{size}\"{(isBold ? " font-weight=\"bold\"" : "")}{(isFaint ? $" fill=\"{Faint}\"" : "")}";
        Append($"""<text x="{x:0.##}" y="{y:0.##}" text-anchor="{anchor}" {style}>{Escape(text)}</text>""");
    }

    /// <summary>Lines of text around the middle of a place; a line that begins with * is bold.</summary>
    public void Lines(double x, double middle, params string[] lines)
    {
        double y = middle - ((lines.Length - 1) * 7.5) + 4;
        foreach (string line in lines)
        {
            Text(x, y, line.TrimStart('*'), isBold: line.StartsWith('*'));
            y += 15;
        }
    }

    public void Arrow(double fromX, double fromY, double toX, double toY)
    {
        double length = Math.Sqrt(Math.Pow(toX - fromX, 2) + Math.Pow(toY - fromY, 2));
        (double x, double y) = ((toX - fromX) / length, (toY - fromY) / length);
        (double baseX, double baseY) = (toX - (8 * x), toY - (8 * y));
        (double sideX, double sideY) = (-4 * y, 4 * x);
        string head = FormattableString.Invariant($"{baseX + sideX:0.##} {baseY + sideY:0.##}L{baseX - sideX:0.##} {baseY - sideY:0.##}");
        Append($"""<path d="M{fromX:0.##} {fromY:0.##}L{baseX:0.##} {baseY:0.##}" stroke="{Faint}" stroke-width="1.5" fill="none"/>""");
        Append($"""<path d="M{toX:0.##} {toY:0.##}L{head}Z" fill="{Faint}"/>""");
    }

    private static string Escape(string text) => text.Replace("&", "&amp;").Replace("<", "&lt;").Replace(">", "&gt;");

    private void Append(FormattableString line) => _svg.Append(FormattableString.Invariant(line)).Append('\n');
}

/// <summary>How rows, classes and features are cut, with the glossary's words.</summary>
internal static class Partition
{
    private const double ColumnWidth = 268;
    private const double BarHeight = 26;
    private const double LevelHeight = 84;
    private const double Top = 96;

    public static string Draw()
    {
        Card card = new(402, "How rows, classes and features are cut (float)");
        Column(
            card,
            22,
            Hue.Blue,
            "rows n",
            new("chunk", "up to 1024 rows", 11, 4),
            new("group", "3 strips", 3, 1),
            new("strip", "64 bytes: 16 rows", 16, 5),
            new("lane", "one row", 1, 0));
        Column(
            card,
            316,
            Hue.Orange,
            "classes c",
            new("sweep", "8 blocks", 8, 3),
            new("block", "512 classes", 8, 4),
            new("slice", "64 classes", 8, 2),
            new("eight", "8 classes, one tile high", 8, -1));
        Column(
            card,
            610,
            Hue.Green,
            "features d",
            new("a row", "in runs of 1024 for logits", 3, 1, "run"),
            new("a row", "in panels for gradients", 7, 2),
            new("panel", "1 to 3 vectors, one tile wide", 3, 1),
            new("vector", "16, 8 or 4 features", 16, -1));
        return card.ToString();
    }

    /// <summary>Bars below one another, each the enlarged part of the bar above it that stands out there.</summary>
    private static void Column(Card card, double x, Hue hue, string heading, params Level[] levels)
    {
        card.Text(x, 66, heading, "start", size: 14, isBold: true);
        for (int i = 0; i < levels.Length; i++)
        {
            Level level = levels[i];
            double y = Top + (i * LevelHeight);
            double part = ColumnWidth / level.Parts;
            card.Text(x, y - 6, level.Name, "start", isBold: true);
            card.Text(x + ColumnWidth, y - 6, level.Size, "end", isFaint: true);
            card.Cut(x, y, ColumnWidth, BarHeight, level.Parts, hue, level.Chosen);
            double start = x + (level.Chosen * part);
            if (level.Inside is not null)
            {
                card.Lines(start + (part / 2), y + (BarHeight / 2), "*" + level.Inside);
            }
            else if (level.Chosen >= 0 && i + 1 < levels.Length)
            {
                card.Zoom(start, start + part, y + BarHeight + 2, x, x + ColumnWidth, y + LevelHeight - 20, hue);
            }
        }
    }

    /// <param name="Name">What the whole bar is.</param>
    /// <param name="Size">How large it is.</param>
    /// <param name="Parts">How many parts it is drawn in.</param>
    /// <param name="Chosen">The part that stands out and is enlarged below; -1 for none.</param>
    /// <param name="Inside">What that part is, where it is named and not enlarged.</param>
    private sealed record Level(string Name, string Size, int Parts, int Chosen, string? Inside = null);
}

/// <summary>What lies in which memory in each of the three products.</summary>
internal static class Memory
{
    private static readonly string[] Places = ["registers", "L1, 32 KiB", "L2, 1 MiB", "L3, 32 MiB", "RAM"];
    private static readonly double[] Widths = [114, 152, 190, 180, 142];

    public static string Draw()
    {
        Card card = new(478, "What lies in which memory: 1024 rows, 1024 features, float, 512-bit vectors");
        double x = 112;
        for (int i = 0; i < Places.Length; i++)
        {
            card.Text(x + (Widths[i] / 2), 64, Places[i], isBold: true);
            x += Widths[i];
        }

        Row(card, 76, Hue.Blue, ["*logits", "Z^T = W H^T", "", "block x group"],
            ["*24 sums", "8 classes x", "3 vectors of", "rows"],
            ["8 lines of W and", "3 lines of the panel,", "as they pass"],
            [
                "*hidden columns: 192 KiB", "1024 features x 48 rows,", "for 512 classes",
                "*logits: 96 KiB", "512 classes x 48 rows,", "for the softmax",
            ],
            ["*weights: 2 MiB", "512 classes,", "for all groups of rows", "*hidden columns: 4 MiB"],
            ["W, read once", "per chunk;", "logits of the chunk,", "written"]);
        Row(card, 208, Hue.Orange, ["*dL/dH", "G W", "", "panel by panel"],
            ["*24 sums", "8 rows x", "3 vectors of", "features"],
            ["1 line of residuals", "and 3 of the panel,", "as they pass"],
            [
                "*weights: 96 KiB", "512 classes x 48 features,", "for all rows; next prefetched",
                "*residuals: 32 KiB", "a strip x 512 classes,", "for its two tiles",
            ],
            ["*residuals: 16 MiB", "1024 rows x a sweep,", "for all panels", "*dL/dH: 4 MiB", "sums in panels"],
            ["W, read once more", "per chunk"]);
        Row(card, 340, Hue.Green, ["*dL/dW", "G^T H", "", "block x slice"],
            ["*24 sums", "8 classes x", "3 vectors of", "features"],
            ["8 lines of residuals", "and 3 of the panel,", "as they pass"],
            [
                "*residuals: 256 KiB", "64 classes x 1024 rows,", "for all panels",
                "*hidden rows: 192 KiB", "1024 rows x 48 features,", "for 64 classes",
            ],
            ["*hidden rows: 4 MiB", "for all classes", "*residuals: 16 MiB", "1024 rows x a sweep"],
            ["dL/dW, written or", "added to once", "per chunk;", "rows prefetched"]);
        return card.ToString();
    }

    private static void Row(Card card, double y, Hue hue, string[] heading, params string[][] cells)
    {
        const double Height = 120;
        card.Lines(60, y + (Height / 2), heading);
        double x = 112;
        for (int i = 0; i < cells.Length; i++)
        {
            card.Box(x + 2, y, Widths[i] - 4, Height, i == 0 ? hue.Full : hue.Pale, hue.Rim, corner: 4);
            card.Lines(x + (Widths[i] / 2), y + (Height / 2), cells[i]);
            x += Widths[i];
        }
    }
}

/// <summary>A step whose rows are several chunks.</summary>
internal static class Step
{
    private const double RowTop = 112;
    private const double RowHeight = 52;

    public static string Draw()
    {
        Card card = new(382, "A step over three chunks of rows: no weight moves before every softmax is known");
        card.Text(215, 66, "1. softmax of every chunk", isBold: true);
        card.Text(640, 66, "2. sweep by sweep: gradients, then the update", isBold: true);
        card.Text(215, 84, "logits once, nothing moves", isFaint: true);
        card.Text(640, 84, "logits again, dL/dH and dL/dW added; numbers are the order", isFaint: true);
        for (int chunk = 0; chunk < 3; chunk++)
        {
            double y = RowTop + (chunk * RowHeight);
            card.Text(22, y + 25, $"chunk {chunk + 1}", "start", isBold: true);
            card.Box(92, y, 246, 40, Hue.Blue.Pale, Hue.Blue.Rim);
            card.Lines(215, y + 20, $"*{chunk + 1}", "logits, statistics, row states");
        }

        for (int sweep = 0; sweep < 4; sweep++)
        {
            double x = 392 + (sweep * 124);
            for (int chunk = 0; chunk < 3; chunk++)
            {
                double y = RowTop + (chunk * RowHeight);
                card.Box(x, y, 112, 40, sweep < 2 ? Hue.Green.Full : Hue.Green.Pale, Hue.Green.Rim);
                card.Lines(x + 56, y + 20, $"*{4 + (sweep * 4) + chunk}", "gradients");
            }

            card.Arrow(x + 56, 260, x + 56, 280);
            string state = sweep == 0 ? "moved" : sweep == 1 ? "moving now" : "as before";
            Hue hue = sweep < 2 ? Hue.Orange : Hue.Gray;
            card.Box(x, 282, 112, 44, sweep < 2 ? hue.Full : hue.Pale, hue.Rim);
            card.Lines(x + 56, 304, $"*{7 + (sweep * 4)} update", state);
            card.Text(x + 56, 346, $"sweep {sweep + 1}", isFaint: true);
        }

        card.Arrow(344, RowTop + 72, 384, RowTop + 72);
        card.Text(22, 308, "weights", "start", isBold: true);
        card.Box(92, 282, 246, 44, Hue.Gray.Pale, Hue.Gray.Rim);
        card.Lines(215, 304, "as before");
        const string Note =
            "One buffer holds a sweep's dL/dW: at most 4 MiB or one block. After its update no chunk reads a sweep's weights.";
        card.Text(22, 368, Note, "start", isFaint: true);
        return card.ToString();
    }
}

/// <summary>The two halves of a layer whose classes are split.</summary>
internal static class Shards
{
    public static string Draw()
    {
        Card card = new(360, "The two halves of a shard: forward, merge, backward");
        string[] names = ["A", "B", "C"];
        card.Text(70, 66, "weights", isBold: true);
        card.Text(216, 66, "ShardForward", isBold: true);
        card.Text(360, 66, "a state per row", isBold: true);
        card.Text(488, 66, "Merge", isBold: true);
        card.Text(638, 66, "ShardBackward", isBold: true);
        card.Text(802, 66, "its results", isBold: true);
        for (int i = 0; i < 3; i++)
        {
            double y = 82 + (i * 78);
            double middle = y + 31;
            card.Box(22, y, 96, 62, Hue.Orange.Full, Hue.Orange.Rim);
            card.Lines(70, middle, $"*shard {names[i]}", "its classes");
            card.Arrow(120, middle, 144, middle);
            card.Box(146, y, 140, 62, Hue.Blue.Pale, Hue.Blue.Rim);
            card.Lines(216, middle, "logits of its classes,", "blocks merged");
            card.Arrow(288, middle, 310, middle);
            card.Box(312, y + 8, 96, 46, Hue.Blue.Full, Hue.Blue.Rim);
            card.Lines(360, middle, "*m, S', z_y", "of its classes");
            card.Arrow(410, middle, 430, middle);
            card.Arrow(546, middle, 568, middle);
            card.Box(570, y, 136, 62, Hue.Green.Pale, Hue.Green.Rim);
            card.Lines(638, middle, "logits again,", "residuals, products");
            card.Arrow(708, middle, 724, middle);
            card.Box(726, y, 152, 30, Hue.Green.Full, Hue.Green.Rim);
            card.Lines(802, y + 15, "its dL/dW and dL/db");
            card.Box(726, y + 32, 152, 30, Hue.Orange.Pale, Hue.Orange.Rim);
            card.Lines(802, y + 47, "its part of dL/dH");
        }

        card.Box(432, 82, 112, 218, Hue.Blue.Pale, Hue.Blue.Rim, corner: 4);
        card.Lines(488, 191, "*SoftmaxState", "*.Merge", "", "row by row,", "in any order", "to the same", "bits");
        card.Text(22, 326, "Only the states leave a shard before the merge: three numbers per row and no logits.", "start", isFaint: true);
        card.Text(22, 345, "The caller adds the parts of dL/dH. Every shard returns the loss of the whole layer.", "start", isFaint: true);
        return card.ToString();
    }
}
