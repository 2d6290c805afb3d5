namespace OutputGrad.Tests.Support.Problems;

/// <summary>
/// Candidates that are simpler than a failing problem: fewer rows, classes or features, fewer options, rounder numbers. Each is smaller in
/// that order, so shrinking ends. They are made one by one, as they are tried.
/// </summary>
internal static class Simpler
{
    public static IEnumerable<LogitProblem> Than(LogitProblem problem) =>
        from candidate in Subsets(problem.Labels.Rows, 0).Select(rows => problem.TakeRows(rows))
            .Concat(Subsets(problem.Labels.Classes, 1).Select(classes => problem.TakeClasses(classes)))
            .Concat(Than(problem.Labels).Select(labels => problem with { Labels = labels }))
            .Concat(Than(problem.Logits).Select(logits => problem with { Logits = logits }))
        where candidate.Labels.IsWellPosed
        select candidate;

    public static IEnumerable<LayerProblem> Than(LayerProblem problem) =>
        from candidate in Subsets(problem.Labels.Rows, 0).Select(rows => problem.TakeRows(rows))
            .Concat(Subsets(problem.Labels.Classes, 1).Select(classes => problem.TakeClasses(classes)))
            .Concat(Subsets(problem.Features, 1).Select(features => problem.TakeFeatures(features)))
            .Concat(problem.Bias.Length == 0 ? [] : [problem with { Bias = [] }])
            .Concat(Than(problem.Labels).Select(labels => problem with { Labels = labels }))
            .Concat(Than(problem.Hidden).Select(hidden => problem with { Hidden = hidden }))
            .Concat(Than(problem.Weights).Select(weights => problem with { Weights = weights }))
            .Concat(Than(problem.Bias).Select(bias => problem with { Bias = bias }))
        where candidate.Labels.IsWellPosed
        select candidate;

    public static IEnumerable<ProductProblem> Than(ProductProblem problem) =>
        Subsets(problem.Rows, 0).Select(problem.TakeRows)
            .Concat(Subsets(problem.Height, 1).Select(problem.TakeX))
            .Concat(Subsets(problem.Width, 1).Select(problem.TakeY))
            .Concat(problem.Scale == 1 ? [] : [problem with { Scale = 1 }])
            .Concat(Than(problem.X).Select(x => problem with { X = x }))
            .Concat(Than(problem.Y).Select(y => problem with { Y = y }))
            .Concat(Than(problem.Destination).Select(destination => problem with { Destination = destination }));

    public static IEnumerable<UpdateProblem> Than(UpdateProblem problem) =>
        Subsets(problem.Weights.Length, 0).Select(problem.Take)
            .Concat(problem.Gradients.Length == 1 ? [] : [problem with { Gradients = problem.Gradients[..^1] }])
            .Concat(problem.Gradients.Length == 1 ? [] : [problem with { Gradients = problem.Gradients[1..] }])
            .Concat(Than(problem.Weights).Select(weights => problem with { Weights = weights }));

    private static IEnumerable<Labels> Than(Labels labels)
    {
        CrossEntropyOptions options = labels.Options;
        CrossEntropyOptions defaults = new();
        CrossEntropyOptions[] simpler =
        [
            defaults,
            options with { Reduction = Reduction.Sum },
            options with { Normalizer = null },
            options with { IgnoreIndex = defaults.IgnoreIndex },
            options with { LabelSmoothing = defaults.LabelSmoothing },
            options with { ClassWeights = default },
            options with { ZLoss = defaults.ZLoss },
            options with { LogitScale = defaults.LogitScale },
            options with { LogitSoftcap = defaults.LogitSoftcap },
            options with { AccumulateGradients = defaults.AccumulateGradients },
            options with { MaxDegreeOfParallelism = defaults.MaxDegreeOfParallelism },
            options with { MaxWorkspaceBytes = defaults.MaxWorkspaceBytes },
        ];
        foreach (CrossEntropyOptions candidate in simpler.Where(candidate => Changed(candidate) < Changed(options)))
        {
            yield return Relabeled(labels, candidate);
        }

        if (labels.RowWeights.Length > 0)
        {
            yield return labels with { RowWeights = [] };
        }
    }

    /// <summary>How far options are from the simplest ones, in which a sum counts as simpler than a mean.</summary>
    private static int Changed(CrossEntropyOptions options)
    {
        CrossEntropyOptions defaults = new() { Reduction = Reduction.Sum };
        return typeof(CrossEntropyOptions).GetProperties().Count(
            property => !Equals(property.GetValue(options), property.GetValue(defaults)));
    }

    /// <summary>Other options; rows that were ignored stay so.</summary>
    private static Labels Relabeled(Labels labels, CrossEntropyOptions options) => labels with
    {
        Options = options,
        Indices = Array.ConvertAll(labels.Indices, target => target == labels.Options.IgnoreIndex ? options.IgnoreIndex : target),
    };

    /// <summary>0 .. count - 1 without a half, then without a quarter, and so on down to one or a 32nd.</summary>
    private static IEnumerable<int[]> Subsets(int count, int least) =>
        from block in Blocks(count)
        where count - block.Length >= least
        let end = block.Start + block.Length
        select (int[])[.. Enumerable.Range(0, block.Start), .. Enumerable.Range(end, count - end)];

    private static IEnumerable<(int Start, int Length)> Blocks(int count)
    {
        int smallest = Math.Max(1, count / 32);
        for (int length = Math.Max(1, count / 2); length >= smallest && count > 0; length = length > 1 ? length / 2 : 0)
        {
            for (int start = 0; start < count; start += length)
            {
                yield return (start, Math.Min(length, count - start));
            }
        }
    }

    private static IEnumerable<double[]> Than(double[] numbers)
    {
        if (numbers.Any(number => number != 0))
        {
            yield return new double[numbers.Length];
        }

        if (numbers.Any(number => !double.IsInteger(number)))
        {
            yield return Array.ConvertAll(numbers, Math.Truncate);
        }

        foreach ((int start, int length) in Blocks(numbers.Length))
        {
            foreach (Func<double, double> round in (Func<double, double>[])[_ => 0, Math.Truncate, number => Math.Truncate(number / 2)])
            {
                double[] simpler = [.. numbers];
                for (int index = start; index < start + length; index++)
                {
                    simpler[index] = round(numbers[index]);
                }

                if (!simpler.SequenceEqual(numbers))
                {
                    yield return simpler;
                }
            }
        }
    }
}
