using System.Numerics;
using OutputGrad.Engine.Arguments;
using OutputGrad.Engine.Calls;
using OutputGrad.Engine.Optimizers;
using OutputGrad.Training.Minimization;

namespace OutputGrad.Training;

/// <summary>
/// Multinomial logistic regression over dense features, to convergence: the classifier that is fitted to the embeddings of an encoder.
/// </summary>
/// <remarks>
/// <para>
/// <see cref="Fit"/> minimizes
/// </para>
/// <code>
/// loss(W, b) + L2 / 2 |W|^2
/// </code>
/// <para>
/// where the loss is that of <see cref="LinearCrossEntropy"/> with all its options, by L-BFGS with a line search for the strong Wolfe
/// conditions (J. Nocedal and S. Wright, "Numerical Optimization", 2nd edition 2006, algorithms 7.4, 3.5 and 3.6). The objective is convex:
/// with a positive L2 the weights of its minimum are unique, and the bias is up to a number added to every class, which changes no
/// probability.
/// </para>
/// <para>
/// The same arguments give the same bits on every machine and for every number of threads. Sums over parameters and rows are taken in
/// double in a fixed order. Nothing is allocated by iterations on one thread.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// float[] features = [1f, 2f, 3f, 4f, 5f, 6f];                            // 6 rows of a feature
/// int[] classes = [0, 0, 1, 0, 1, 1];
/// float[] weights = new float[2 * 1], bias = new float[2];
///
/// FitReport report = LinearProbe.Fit(weights, bias, new LabeledBatch&lt;float>(features, classes), new FitOptions { L2 = .01 });
/// Console.WriteLine($"{report.Reason}, loss {report.Loss:F3}");           // Converged, loss 0.413
/// </code>
/// </example>
public static class LinearProbe
{
    private static readonly FitOptions Default = new();

    /// <summary>Fits a layer to a batch, from where its parameters stand: zeros for a cold start, an earlier fit for a warm one.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="weights">The matrix W, row-major, classes x features. Receives the fitted weights when the fit ends.</param>
    /// <param name="bias">The vector b, one number per class, or empty for a layer without bias. Receives the fitted bias.</param>
    /// <param name="batch">The feature vectors and their targets.</param>
    /// <param name="options">The objective, and when the fit ends; null for the defaults.</param>
    /// <param name="validation">
    /// Other rows of as many features, whose loss is computed after every iteration and told to <paramref name="progress"/>;
    /// <c>default</c> for none. <see cref="FitOptions.Patience"/> says what else it is for.
    /// </param>
    /// <param name="progress">Told of every evaluation of the objective, on the calling thread.</param>
    /// <param name="cancellationToken">
    /// Asked after every evaluation. A fit that is canceled throws nothing: it leaves the best parameters so far and says <see
    /// cref="StopReason.Canceled"/>.
    /// </param>
    /// <returns>How it ended.</returns>
    /// <exception cref="ArgumentException">
    /// A length does not match; weights and bias overlap each other or the hidden vectors; options contradict each other or would change
    /// the gradient; no row counts; or a number of a row that counts, or of the parameters, is NaN or infinite: the message names the
    /// first such row. No parameter has changed.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A target, a row index or an option is out of range, or a row weight that counts is negative. No parameter has changed.
    /// </exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static FitReport Fit<T>(
        Span<T> weights,
        Span<T> bias,
        LabeledBatch<T> batch,
        FitOptions? options = null,
        LabeledBatch<T> validation = default,
        IProgress<FitProgress>? progress = null,
        CancellationToken cancellationToken = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options ??= Default;
        int classes = Check(weights, bias, batch, options, validation);
        ClassCounts counts = ClassCounts.Of(batch, classes, options.Loss.IgnoreIndex);
        if (counts.Rows == 0)
        {
            throw Checks.Mismatch(nameof(batch), $"None of the {batch.SelectedRows} rows counts; a fit needs one.");
        }

        CrossEntropyOptions loss = options.ClassBalance == ClassBalance.None
            ? options.Loss
            : options.Loss with { ClassWeights = counts.Balance(options.Loss.ClassWeights.Span) };
        ParameterVectors<T> vectors = new(weights.Length + bias.Length, loss.MaxDegreeOfParallelism);
        double l2 = options.L2 ?? 1.0 / counts.Rows;
        ProbeObjective<T> objective = new(vectors, batch, weights.Length, l2, loss);
        ProbeScaling<T> scaling = new(FeatureMoments.Of(batch, loss.IgnoreIndex), classes, l2, loss.LogitScale, bias.Length > 0);
        ProbeFit<T> fit = new(options, objective, vectors, scaling, weights, bias)
        {
            Validation = validation,
            Progress = progress,
            CancellationToken = cancellationToken,
        };
        FitReport report = fit.Run();
        fit.Point[..weights.Length].CopyTo(weights);
        fit.Point[weights.Length..].CopyTo(bias);
        return report;
    }

    /// <summary>
    /// Fits a layer with penalties of several strengths, the strongest first and each from where the last one ended, and keeps the fit with
    /// the smallest validation loss.
    /// </summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="weights">The matrix W, row-major, classes x features: the start. Receives the weights of the best fit.</param>
    /// <param name="bias">The vector b, one number per class, or empty: the start. Receives the bias of the best fit.</param>
    /// <param name="batch">The feature vectors and their targets.</param>
    /// <param name="validation">The rows that decide which fit is the best.</param>
    /// <param name="strengths">
    /// The strengths, as <see cref="FitOptions.L2"/>, in any order. Worth trying is what lies between 100 and .001 over the number of rows,
    /// in factors of 2 to 10.
    /// </param>
    /// <param name="options">All else of the fits; its L2 is null. Null for the defaults.</param>
    /// <param name="progress">
    /// Told of every evaluation of the objective, on the calling thread; <see cref="FitProgress.L2"/> says in which fit.
    /// </param>
    /// <param name="cancellationToken">
    /// Asked after every evaluation. A path that is canceled throws nothing and keeps the best of the fits that were begun.
    /// </param>
    /// <returns>All fits, and which is the best.</returns>
    /// <exception cref="ArgumentException">
    /// As for <see cref="Fit"/>; or there are no strengths or no validation rows, or the options' L2 is set. No parameter has changed.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A strength, a target, a row index or an option is out of range. No parameter has changed.
    /// </exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static PathReport FitPath<T>(
        Span<T> weights,
        Span<T> bias,
        LabeledBatch<T> batch,
        LabeledBatch<T> validation,
        ReadOnlySpan<double> strengths,
        FitOptions? options = null,
        IProgress<FitProgress>? progress = null,
        CancellationToken cancellationToken = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options ??= Default;
        FitChecks.Path(options, strengths, validation.Rows);
        Check<T>(weights, bias, batch, options, validation);
        double[] descending = [.. strengths];
        Array.Sort(descending, (left, right) => right.CompareTo(left));
        T[] currentWeights = weights.ToArray();
        T[] currentBias = bias.ToArray();
        T[] bestWeights = weights.ToArray();
        T[] bestBias = bias.ToArray();
        List<PathPoint> points = [];
        int best = 0;
        foreach (double strength in descending)
        {
            FitOptions own = options with { L2 = strength };
            FitReport report = Fit(currentWeights.AsSpan(), currentBias, batch, own, validation, progress, cancellationToken);
            points.Add(new(strength, report));
            if (points.Count == 1 || report.ValidationLoss < points[best].Report.ValidationLoss)
            {
                best = points.Count - 1;
                currentWeights.CopyTo(bestWeights, 0);
                currentBias.CopyTo(bestBias, 0);
            }

            if (report.Reason == StopReason.Canceled)
            {
                break;
            }
        }

        bestWeights.CopyTo(weights);
        bestBias.CopyTo(bias);
        return new(points, best);
    }

    /// <summary>All that can be said before the first evaluation, which checks the rest.</summary>
    private static int Check<T>(
        ReadOnlySpan<T> weights, ReadOnlySpan<T> bias, LabeledBatch<T> batch, FitOptions options, LabeledBatch<T> validation)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Checks.ElementType<T>();
        FitChecks.Check(options, batch.HasSoftTargets, validation.Rows > 0);
        Checks.NotNegative(batch.Rows, "rows");
        int features = Checks.Columns(batch.StoredHidden.Length, batch.Rows, "hidden", "features");
        int classes = LayerChecks.CountClasses(new OutputLayer<T>(weights, bias), default, GradientNames.Members, features);
        long parameters = (long)weights.Length + bias.Length;
        if (parameters > Array.MaxLength)
        {
            throw Checks.Mismatch(nameof(weights), $"weights and bias have {parameters} elements; a fit takes up to {Array.MaxLength}.");
        }

        if (validation.Rows > 0)
        {
            Checks.Length(validation.StoredHidden.Length, validation.Rows, features, "validation", "rows", "features");
        }

        LayerChecks.Batch(batch, classes, options.Loss.ClassWeights.Span, default);
        OptimizerChecks.Apart(weights, nameof(weights), bias, nameof(bias));
        OptimizerChecks.Apart(weights, nameof(weights), batch.Hidden, "hidden");
        OptimizerChecks.Apart(bias, nameof(bias), batch.Hidden, "hidden");
        NonFiniteNumbers.Refuse(weights, nameof(weights));
        NonFiniteNumbers.Refuse(bias, nameof(bias));
        return classes;
    }
}
