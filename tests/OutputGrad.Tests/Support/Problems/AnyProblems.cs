using FsCheck;
using FsCheck.Fluent;

namespace OutputGrad.Tests.Support.Problems;

/// <summary>How problems are drawn at random and how a failing one is made simpler.</summary>
/// <remarks>
/// Numbers are multiples of 1/64 and weights of rows and classes multiples of 1/4, so that they are the same in float and in double and
/// that the divisor of a mean is a sum without rounding: it is 0, or no cancellation magnifies the errors of what is divided by it.
/// </remarks>
public static class AnyProblems
{
    private const int MostRows = 36;
    private const int MostFeatures = 20;
    private const int MostClasses = 40;

    /// <summary>Enough for the least that a large problem takes on all its threads, not for all of its logits.</summary>
    internal const long TightWorkspace = 2L << 20;

    /// <summary>Where vectors and blocks end: around a multiple of 8, 16 and 32 lanes.</summary>
    private static readonly int[] Edges = [1, 2, 7, 8, 9, 15, 16, 17, 31, 32, 33];

    public static Arbitrary<LogitProblem> LogitProblems() => LogitProblems(DrawSoftness());

    public static Arbitrary<LayerProblem> LayerProblems() => LayerProblems(DrawSoftness());

    public static Arbitrary<ProductProblem> ProductProblems() => Arb.From(DrawProductProblem(), Simpler.Than);

    internal static Arbitrary<LogitProblem> LogitProblems(Gen<bool> areSoft) => Arb.From(DrawLogitProblem(areSoft), Simpler.Than);

    internal static Arbitrary<LayerProblem> LayerProblems(Gen<bool> areSoft) => Arb.From(DrawLayerProblem(areSoft), Simpler.Than);

    internal static Arbitrary<LayerProblem> LargeLayerProblems() => Arb.From(
        Gen.Frequency((4, DrawWideLayerProblem(DrawSoftness())), (1, DrawDeepLayerProblem(DrawSoftness()))),
        Simpler.Than);

    private static Gen<bool> DrawSoftness() => Gen.Frequency((2, Gen.Constant(false)), (1, Gen.Constant(true)));

    private static Gen<LogitProblem> DrawLogitProblem(Gen<bool> areSoft) =>
        from labels in DrawLabels(areSoft)
        from logits in DrawNumbers(labels.Rows * labels.Classes)
        from spread in Gen.Elements(1.0, 1.0, 8.0)
        select new LogitProblem(labels, Matrix.Scaled(logits, spread));

    /// <summary>Mostly small: those say best what is wrong.</summary>
    private static Gen<LayerProblem> DrawLayerProblem(Gen<bool> areSoft) =>
        Gen.Frequency((28, DrawSmallLayerProblem(areSoft)), (1, DrawWideLayerProblem(areSoft)), (1, DrawDeepLayerProblem(areSoft)));

    private static Gen<LayerProblem> DrawSmallLayerProblem(Gen<bool> areSoft) =>
        from labels in DrawLabels(areSoft)
        from features in DrawSize(MostFeatures)
        from hidden in DrawNumbers(labels.Rows * features)
        from weights in DrawNumbers(labels.Classes * features)
        from bias in DrawNumbersOrNone(labels.Classes)
        select new LayerProblem(labels, features, hidden, weights, bias);

    /// <summary>
    /// Several blocks of classes and strips of rows, at times more than the workspace holds or enough work for several threads.
    /// </summary>
    private static Gen<LayerProblem> DrawWideLayerProblem(Gen<bool> areSoft) =>
        from labels in DrawLabels(areSoft, Gen.Elements(1, 5, 33, 64, 130), Gen.Elements(97, 130, 513, 1030))
        from problem in DrawLargeLayerProblem(labels, Gen.Elements(1, 17, 48, 65), 4)
        select problem;

    /// <summary>Sums over more features than one block of them.</summary>
    private static Gen<LayerProblem> DrawDeepLayerProblem(Gen<bool> areSoft) =>
        from labels in DrawLabels(areSoft, Gen.Elements(1, 5, 33), Gen.Elements(2, 9, 40))
        from problem in DrawLargeLayerProblem(labels, Gen.Elements(1023, 1025, 1100), 32)
        select problem;

    private static Gen<LayerProblem> DrawLargeLayerProblem(Labels labels, Gen<int> featureCount, double smallness) =>
        from features in featureCount
        from hidden in DrawManyNumbers(labels.Rows * features)
        from weights in DrawManyNumbers(labels.Classes * features)
        from bias in DrawNumbersOrNone(labels.Classes)
        select new LayerProblem(labels, features, hidden, Matrix.Scaled(weights, 1 / smallness), bias);

    private static Gen<ProductProblem> DrawProductProblem() =>
        from rows in Gen.Frequency((1, Gen.Constant(0)), (9, DrawSize(MostRows)))
        from width in DrawSize(MostClasses)
        from height in DrawSize(MostClasses)
        from x in DrawNumbers(rows * height)
        from y in DrawNumbers(rows * width)
        from destination in DrawNumbers(height * width)
        from scale in Gen.Elements(1, -1, 0.75, 0)
        select new ProductProblem(rows, height, width, x, y, destination, scale);

    private static Gen<Labels> DrawLabels(Gen<bool> areSoft) =>
        DrawLabels(areSoft, Gen.Frequency((1, Gen.Constant(0)), (19, DrawSize(MostRows))), DrawSize(MostClasses));

    private static Gen<Labels> DrawLabels(Gen<bool> softness, Gen<int> rowCount, Gen<int> classCount) =>
        from rows in rowCount
        from classes in classCount
        from options in DrawOptions(classes)
        from areSoft in softness
        from indices in areSoft ? Gen.Constant<int[]>([]) : DrawIndices(rows, classes, options.IgnoreIndex)
        from probabilities in areSoft ? DrawProbabilities(rows, classes) : Gen.Constant<double[]>([])
        from rowWeights in DrawQuartersOrNone(rows)
        let labels = new Labels
        {
            Rows = rows,
            Classes = classes,
            AreSoft = areSoft,
            Indices = indices,
            Probabilities = probabilities,
            RowWeights = rowWeights,
            Options = options,
        }
        select labels.MadeWellPosed();

    private static Gen<CrossEntropyOptions> DrawOptions(int classes) =>
        from reduction in Gen.Elements(Reduction.Mean, Reduction.Sum)
        from normalizer in Usually<double?>(null, 0.5, 3, 7.25)
        from ignoreIndex in Gen.Frequency(
            (2, Gen.Constant(-100)),
            (1, Gen.Choose(0, classes - 1)),
            (1, Gen.Elements(-1, 255, int.MinValue, int.MaxValue)))
        from smoothing in Usually(0, 0.1, 0.75, 1)
        from classWeights in DrawQuartersOrNone(classes)
        from zLoss in Usually(0, 1e-4, 0.25)
        from scale in Usually(1, 0.7, 2)
        from softcap in Usually(0, 2, 5.5, 30)
        from accumulate in Gen.Elements(false, true)
        from workspace in Gen.Elements(TightWorkspace, new CrossEntropyOptions().MaxWorkspaceBytes)
        from parallelism in Gen.Elements(-1, 1, 2, 3)
        select new CrossEntropyOptions
        {
            Reduction = reduction,
            Normalizer = normalizer,
            IgnoreIndex = ignoreIndex,
            LabelSmoothing = smoothing,
            ClassWeights = classWeights,
            ZLoss = zLoss,
            LogitScale = scale,
            LogitSoftcap = softcap,
            AccumulateGradients = accumulate,
            MaxWorkspaceBytes = workspace,
            MaxDegreeOfParallelism = parallelism,
        };

    /// <summary>From 1 to <paramref name="most"/>: mostly small, often an edge.</summary>
    private static Gen<int> DrawSize(int most) => Gen.Frequency(
        (3, Gen.Choose(1, 4)),
        (2, Gen.Elements(Edges.Where(edge => edge <= most))),
        (1, Gen.Choose(1, most)));

    private static Gen<T> Usually<T>(T usual, params T[] others) => Gen.Frequency((2, Gen.Constant(usual)), (1, Gen.Elements(others)));

    private static Gen<int[]> DrawIndices(int rows, int classes, int ignoreIndex) =>
        Gen.Frequency((5, Gen.Choose(0, classes - 1)), (1, Gen.Constant(ignoreIndex))).ArrayOf(rows);

    /// <summary>Distributions up to the rounding to few bits, some with zeros, and some rows that do not sum to 1 at all.</summary>
    private static Gen<double[]> DrawProbabilities(int rows, int classes) =>
        from sparse in Gen.Elements(false, true)
        from parts in Gen.Choose(sparse ? -100 : 1, 64).Select(part => (double)Math.Max(0, part)).ArrayOf(rows * classes)
        from normalized in Gen.Frequency((3, Gen.Constant(true)), (1, Gen.Constant(false)))
        select normalized ? Normalized(parts, classes) : Matrix.Scaled(parts, 1.0 / 64);

    private static double[] Normalized(double[] parts, int classes)
    {
        double resolution = classes <= MostClasses ? 64 : 1 << 16;
        return [.. parts.Chunk(classes).SelectMany(row =>
        {
            double sum = Math.Max(1, row.Sum());
            return row.Select(part => Math.Round(resolution * part / sum) / resolution);
        })];
    }

    private static Gen<double[]> DrawQuartersOrNone(int count) => Gen.Frequency(
        (2, Gen.Constant<double[]>([])),
        (1, Gen.Choose(0, 12).Select(quarters => quarters / 4.0).ArrayOf(count)),
        (1, Gen.Choose(-8, 12).Select(quarters => quarters / 4.0).ArrayOf(count)));

    private static Gen<double[]> DrawNumbersOrNone(int count) =>
        Gen.Frequency((1, Gen.Constant<double[]>([])), (2, DrawNumbers(count)));

    /// <summary>From -3 to 3, at times whole numbers so that some are equal.</summary>
    private static Gen<double[]> DrawNumbers(int count) => Gen.Frequency(
        (3, Gen.Choose(-192, 192).Select(value => value / 64.0).ArrayOf(count)),
        (1, Gen.Choose(-3, 3).Select(value => (double)value).ArrayOf(count)));

    /// <summary>By a seed, which is quicker than a draw for each.</summary>
    private static Gen<double[]> DrawManyNumbers(int count) => Gen.Choose(0, int.MaxValue - 1).Select(seed => Chosen.Numbers(count, seed));
}

/// <summary>Problems whose targets are class indices.</summary>
public static class ClassIndexProblems
{
    public static Arbitrary<LogitProblem> LogitProblems() => AnyProblems.LogitProblems(Gen.Constant(false));

    public static Arbitrary<LayerProblem> LayerProblems() => AnyProblems.LayerProblems(Gen.Constant(false));
}

/// <summary>Problems whose targets are distributions.</summary>
public static class SoftTargetProblems
{
    public static Arbitrary<LogitProblem> LogitProblems() => AnyProblems.LogitProblems(Gen.Constant(true));

    public static Arbitrary<LayerProblem> LayerProblems() => AnyProblems.LayerProblems(Gen.Constant(true));
}

/// <summary>Problems of several blocks and chunks, of more features than a block has, and of work for more than one thread.</summary>
public static class LargeProblems
{
    public static Arbitrary<LayerProblem> LayerProblems() => AnyProblems.LargeLayerProblems();
}
