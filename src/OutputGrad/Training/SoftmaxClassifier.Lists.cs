using System.Runtime.CompilerServices;

namespace OutputGrad.Training;

/// <content>
/// The calls that take many rows, with the feature vectors one by one, as generators of embeddings give them. They are copied into one
/// matrix.
/// </content>
public sealed partial class SoftmaxClassifier<TLabel>
{
    /// <inheritdoc
    ///   cref="Fit(ReadOnlySpan{float}, IReadOnlyList{TLabel}, FitOptions?, IProgress{FitProgress}?, CancellationToken)"
    ///   path="/*[not(self::param)]"/>
    /// <param name="features">The feature vectors, each of <see cref="Features"/> numbers. They are copied.</param>
    /// <param name="labels">The label of each.</param>
    /// <param name="options">The objective, and when the fit ends; null for the defaults.</param>
    /// <param name="progress">Told of every evaluation of the objective, on the calling thread.</param>
    /// <param name="cancellationToken">
    /// Asked after every evaluation; a fit that is canceled throws nothing and leaves the best parameters so far.
    /// </param>
    public FitReport Fit(
        IReadOnlyList<ReadOnlyMemory<float>> features,
        IReadOnlyList<TLabel> labels,
        FitOptions? options = null,
        IProgress<FitProgress>? progress = null,
        CancellationToken cancellationToken = default) => Fit(MatrixOf(features), labels, options, progress, cancellationToken);

    /// <summary>Fits the classifier with validation rows, as with matrices.</summary>
    /// <param name="features">The feature vectors, each of <see cref="Features"/> numbers. They are copied.</param>
    /// <param name="labels">The label of each.</param>
    /// <param name="validationFeatures">Other feature vectors, each of as many numbers. They are copied.</param>
    /// <param name="validationLabels">The label of each of them.</param>
    /// <param name="options">The objective, and when the fit ends; null for the defaults.</param>
    /// <param name="progress">Told of every evaluation of the objective, on the calling thread.</param>
    /// <param name="cancellationToken">
    /// Asked after every evaluation; a fit that is canceled throws nothing and leaves the best parameters so far.
    /// </param>
    /// <returns>How it ended.</returns>
    /// <exception cref="ArgumentException">
    /// As with matrices, or a vector has another length: the message names its row. Nothing has changed.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range. Nothing has changed.</exception>
    public FitReport Fit(
        IReadOnlyList<ReadOnlyMemory<float>> features,
        IReadOnlyList<TLabel> labels,
        IReadOnlyList<ReadOnlyMemory<float>> validationFeatures,
        IReadOnlyList<TLabel> validationLabels,
        FitOptions? options = null,
        IProgress<FitProgress>? progress = null,
        CancellationToken cancellationToken = default) => Fit(
            MatrixOf(features), labels, MatrixOf(validationFeatures), validationLabels, options, progress, cancellationToken);

    /// <summary>
    /// Fits with penalties of several strengths, as with matrices, and keeps the fit with the smallest validation loss.
    /// </summary>
    /// <param name="features">The feature vectors, each of <see cref="Features"/> numbers. They are copied.</param>
    /// <param name="labels">The label of each.</param>
    /// <param name="validationFeatures">Other feature vectors, each of as many numbers. They are copied.</param>
    /// <param name="validationLabels">The label of each of them.</param>
    /// <param name="strengths">The strengths, as <see cref="FitOptions.L2"/>, in any order.</param>
    /// <param name="options">All else of the fits; its L2 is null. Null for the defaults.</param>
    /// <param name="progress">Told of every evaluation of the objective, on the calling thread.</param>
    /// <param name="cancellationToken">
    /// Asked after every evaluation. A path that is canceled throws nothing and keeps the best of the fits that were begun.
    /// </param>
    /// <returns>All fits, and which is the best.</returns>
    /// <exception cref="ArgumentException">
    /// As with matrices, or a vector has another length: the message names its row. Nothing has changed.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A strength or an option is out of range. Nothing has changed.</exception>
    public PathReport FitPath(
        IReadOnlyList<ReadOnlyMemory<float>> features,
        IReadOnlyList<TLabel> labels,
        IReadOnlyList<ReadOnlyMemory<float>> validationFeatures,
        IReadOnlyList<TLabel> validationLabels,
        ReadOnlySpan<double> strengths,
        FitOptions? options = null,
        IProgress<FitProgress>? progress = null,
        CancellationToken cancellationToken = default) => FitPath(
            MatrixOf(features), labels, MatrixOf(validationFeatures), validationLabels, strengths, options, progress, cancellationToken);

    /// <inheritdoc
    ///   cref="PartialFit(ReadOnlySpan{float}, IReadOnlyList{TLabel}, double)"
    ///   path="/*[not(self::param)]"/>
    /// <param name="features">The feature vectors, each of <see cref="Features"/> numbers. They are copied.</param>
    /// <param name="labels">The label of each.</param>
    /// <param name="learningRate">The size of the step. Finite and not negative.</param>
    public CrossEntropyResult PartialFit(
        IReadOnlyList<ReadOnlyMemory<float>> features, IReadOnlyList<TLabel> labels, double learningRate = 1e-3) =>
        PartialFit(MatrixOf(features), labels, learningRate);

    /// <inheritdoc
    ///   cref="PredictProbabilities(ReadOnlySpan{float}, Span{float})"
    ///   path="/*[not(self::param)]"/>
    /// <param name="features">The feature vectors, each of <see cref="Features"/> numbers. They are copied.</param>
    /// <param name="probabilities">
    /// Receives the probabilities, row-major, rows x classes, in the order of <see cref="Classes"/>.
    /// </param>
    public void PredictProbabilities(IReadOnlyList<ReadOnlyMemory<float>> features, Span<float> probabilities) =>
        PredictProbabilities(MatrixOf(features), probabilities);

    /// <inheritdoc
    ///   cref="Calibrate(ReadOnlySpan{float}, IReadOnlyList{TLabel})"
    ///   path="/*[not(self::param)]"/>
    /// <param name="features">The feature vectors, each of <see cref="Features"/> numbers. They are copied.</param>
    /// <param name="labels">The label of each.</param>
    public double Calibrate(IReadOnlyList<ReadOnlyMemory<float>> features, IReadOnlyList<TLabel> labels) =>
        Calibrate(MatrixOf(features), labels);

    /// <inheritdoc
    ///   cref="Evaluate(ReadOnlySpan{float}, IReadOnlyList{TLabel}, int)"
    ///   path="/*[not(self::param)]"/>
    /// <param name="features">The feature vectors, each of <see cref="Features"/> numbers. They are copied.</param>
    /// <param name="labels">The label of each.</param>
    /// <param name="topK">Among how many most likely labels a row's own counts for <see cref="Evaluation{TLabel}.TopKAccuracy"/>.</param>
    public Evaluation<TLabel> Evaluate(
        IReadOnlyList<ReadOnlyMemory<float>> features, IReadOnlyList<TLabel> labels, int topK = 3) =>
        Evaluate(MatrixOf(features), labels, topK);

    /// <summary>The vectors as the rows of one matrix.</summary>
    /// <exception cref="ArgumentException">One has another length, which the message names with its row.</exception>
    private float[] MatrixOf(
        IReadOnlyList<ReadOnlyMemory<float>> vectors, [CallerArgumentExpression(nameof(vectors))] string name = "")
    {
        ArgumentNullException.ThrowIfNull(vectors, name);
        long numbers = (long)vectors.Count * Features;
        if (numbers > Array.MaxLength)
        {
            throw new ArgumentException(
                $"{vectors.Count} vectors of {Features} features are {numbers} numbers; at most {Array.MaxLength} are copied.", name);
        }

        float[] matrix = new float[numbers];
        for (int row = 0; row < vectors.Count; row++)
        {
            ReadOnlySpan<float> vector = vectors[row].Span;
            if (vector.Length != Features)
            {
                throw new ArgumentException(
                    $"The feature vector of row {row} has {vector.Length} numbers; the classifier has {Features} features.", name);
            }

            vector.CopyTo(matrix.AsSpan(row * Features));
        }

        return matrix;
    }
}
