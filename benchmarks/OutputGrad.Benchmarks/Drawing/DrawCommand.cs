using OutputGrad.Benchmarks.Reporting;

namespace OutputGrad.Benchmarks.Drawing;

/// <summary>
/// Makes the page and the pictures of files of results, beside them, and README's pictures of one of them. It runs in README's folder.
/// </summary>
internal static class DrawCommand
{
    /// <summary>The file whose figures README shows.</summary>
    private const string First = "benchmarks/results/amd-epyc-zen4.json";
    private const string Images = "docs/images";

    public static int Run(string[] files)
    {
        foreach (string file in files)
        {
            Draw(file, ResultsFile.Read(file));
        }

        if (files.Contains(First))
        {
            FirstCharts first = new(ResultsFile.Read(First));
            Write(Path.Combine(Images, "fit.svg"), first.DrawFit());
            Write(Path.Combine(Images, "step-of-a-head.svg"), first.DrawStep());
        }

        return files.Length > 0 ? 0 : 1;
    }

    private static void Draw(string file, ResultsFile results)
    {
        results.Write(file);   // as the programs write it
        string name = Path.GetFileNameWithoutExtension(file), folder = Path.GetDirectoryName(file) ?? "";
        CurvePictures curves = new(results);
        (string File, string Alternative, string? Picture)[] pictures =
        [
            ($"{name}.svg", "How many times as long as OutputGrad libtorch and OpenBLAS take, for each shape", RatioChart.Draw(results)),
            ($"{name}-roofline.svg", "The roofline: share of the peak over operations per byte", curves.Roofline()),
            ($"{name}-few-rows.svg", "The time of 1 to 64 rows, and what bounds it", curves.FewRows()),
            ($"{name}-rows.svg", "Share of the peak over the rows", curves.Scaling(0)),
            ($"{name}-features.svg", "Share of the peak over the features", curves.Scaling(1)),
            ($"{name}-classes.svg", "Share of the peak over the classes", curves.Scaling(2)),
            ($"{name}-threads.svg", "Share of the peak over the threads", curves.Threads()),
        ];
        foreach ((string picture, _, string? drawn) in pictures)
        {
            Write(Path.Combine(folder, picture), drawn);
        }

        Write(Path.ChangeExtension(file, ".md"), new ResultsPage(results, name).Write(
            from picture in pictures where picture.Picture is not null select (picture.File, picture.Alternative)));
    }

    /// <summary>Where there is nothing to show there is no file.</summary>
    private static void Write(string path, string? text)
    {
        if (text is null)
        {
            File.Delete(path);
        }
        else
        {
            File.WriteAllText(path, text);
        }
    }
}
