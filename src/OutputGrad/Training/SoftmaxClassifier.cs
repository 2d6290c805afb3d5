using System.Runtime.CompilerServices;
using OutputGrad.Engine.Arithmetic;
using OutputGrad.Engine.Optimizers;
using OutputGrad.Engine.Simd;
using OutputGrad.Storage;
using OutputGrad.Training.Classification;
using OutputGrad.Training.Minimization;

namespace OutputGrad.Training;

/// <summary>
/// A classifier of feature vectors, for example of the embeddings that an encoder makes of texts: softmax(W h + b) over labels of any type.
/// It is fitted, updated row by row, calibrated, evaluated, saved and served.
/// </summary>
/// <typeparam name="TLabel">The type of the labels.</typeparam>
/// <remarks>
/// <para>
/// Feature vectors are rows of <see cref="Features"/> numbers, row-major where there are several. The same calls give the same bits on
/// every machine and for every number of threads: a model that is fitted twice is the same file.
/// </para>
/// <para>
/// All <c>Predict</c> methods, <c>Evaluate</c> and <see cref="Save"/> may run at the same time on one classifier. All else needs it
/// alone.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// float[] features = [-4f, .9f, 12f, .7f, 29f, .4f, -1f, .8f, 14f, .5f, 31f, .2f];    // 6 rows x 2 features
/// string[] labels = ["cold", "mild", "warm", "cold", "mild", "warm"];
///
/// SoftmaxClassifier&lt;string> classifier = new(features: 2, labels.Distinct());
/// classifier.Fit(features, labels);
/// Prediction&lt;string> answer = classifier.Predict([27f, .3f]);
/// Console.WriteLine(answer.Label);                                        // warm
///
/// classifier.PartialFit([3f, .9f], ["cold"]);                             // learns from one more row
/// classifier.Save("weather.safetensors");
/// </code>
/// </example>
public sealed partial class SoftmaxClassifier<TLabel>
    where TLabel : notnull
{
    /// <summary>So many classes or rows are held on the stack.</summary>
    private const int MostOnStack = 256;

    private readonly LabelIndex<TLabel> _labels;
    private readonly float[] _weights;
    private readonly float[] _bias;

    // AdamW's, empty before the first step
    private float[] _firstMoment = [];
    private float[] _secondMoment = [];
    private int _steps;
    private double _weightDecay = ClassifierFile.DefaultWeightDecay;

    private double _temperature = 1;
    private CrossEntropyOptions _scoring = new();

    /// <summary>A classifier that knows nothing: all weights are zero, and all classes are equally likely.</summary>
    /// <param name="features">The length of a feature vector.</param>
    /// <param name="classes">The labels, each once. Their order is kept.</param>
    /// <param name="comparer">Which labels are equal; null for the default of their type.</param>
    /// <exception cref="ArgumentException">There are no classes, or one is null or comes twice.</exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// <paramref name="features"/> is not positive, or there would be more weights than an array holds.
    /// </exception>
    public SoftmaxClassifier(int features, IEnumerable<TLabel> classes, IEqualityComparer<TLabel>? comparer = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(features);
        _labels = new(classes, comparer);
        long parameters = (long)_labels.Labels.Count * (features + 1L);
        if (parameters > Array.MaxLength)
        {
            throw new ArgumentOutOfRangeException(
                nameof(features),
                features,
                $"{features} features and {_labels.Labels.Count} classes are {parameters} parameters; at most {Array.MaxLength} can be.");
        }

        Features = features;
        _weights = new float[features * _labels.Labels.Count];
        _bias = new float[_labels.Labels.Count];
    }

    private SoftmaxClassifier(ClassifierFile file, IEnumerable<TLabel> classes, IEqualityComparer<TLabel>? comparer)
    {
        _labels = new(classes, comparer);
        Features = file.Features;
        _weights = file.Weights;
        _bias = file.Bias;
        _firstMoment = file.FirstMoment;
        _secondMoment = file.SecondMoment;
        _steps = file.Steps;
        _weightDecay = file.WeightDecay;
        Temperature = file.Temperature;
    }

    /// <summary>The length of a feature vector.</summary>
    public int Features { get; }

    /// <summary>The labels, in the order of the rows of <see cref="Weights"/>.</summary>
    public IReadOnlyList<TLabel> Classes => _labels.Labels;

    /// <summary>The matrix W, row-major, classes x features.</summary>
    /// <remarks>
    /// What is written here leaves the temperature and the optimizer of <c>PartialFit</c> as they are: calibrate afterwards.
    /// </remarks>
    public Span<float> Weights => _weights;

    /// <summary>The vector b, one number per class.</summary>
    public Span<float> Bias => _bias;

    /// <summary>By what the logits are divided for all predictions; 1 until <c>Calibrate</c> finds another.</summary>
    public double Temperature
    {
        get => _temperature;
        private set
        {
            _temperature = value;
            _scoring = new() { LogitScale = 1 / value };
        }
    }

    /// <summary>
    /// The share of all weights and biases, times the learning rate, that each step of <c>PartialFit</c> takes off: the weight decay of
    /// <see cref="AdamW{T}"/>. .01 at first; 0 is none. It is saved with the classifier.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative, or no finite <see cref="float"/>.</exception>
    public double WeightDecay
    {
        get => _weightDecay;
        set
        {
            OptimizerChecks.Factor<float>(value, nameof(WeightDecay));
            _weightDecay = value;
        }
    }

    private OutputLayer<float> Layer => new(_weights, _bias);

    /// <summary>Fits the classifier to labeled rows by <see cref="LinearProbe.Fit"/>, from where it stands.</summary>
    /// <param name="features">The feature vectors, row-major, rows x <see cref="Features"/>.</param>
    /// <param name="labels">The label of each row.</param>
    /// <param name="options">The objective, and when the fit ends; null for the defaults.</param>
    /// <param name="progress">Told of every evaluation of the objective, on the calling thread.</param>
    /// <param name="cancellationToken">
    /// Asked after every evaluation; a fit that is canceled throws nothing and leaves the best parameters so far.
    /// </param>
    /// <returns>How it ended.</returns>
    /// <remarks>
    /// With the first iteration the optimizer of <c>PartialFit</c> starts anew and the temperature is 1 again: they were the old
    /// weights'.
    /// </remarks>
    /// <exception cref="ArgumentException">
    /// There are no rows or another number of labels; a label is none of the classes; an option does not fit, or a number is NaN or
    /// infinite. The message names the first such row. Nothing has changed.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range. Nothing has changed.</exception>
    public FitReport Fit(
        ReadOnlySpan<float> features,
        IReadOnlyList<TLabel> labels,
        FitOptions? options = null,
        IProgress<FitProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        Fit(BatchOf(features, labels), validation: default, options, progress, cancellationToken);

    /// <summary>
    /// Fits the classifier, and computes the loss of validation rows after every iteration, which is told to <paramref name="progress"/>.
    /// <see cref="FitOptions.Patience"/> says what else they are for.
    /// </summary>
    /// <param name="features">The feature vectors, row-major, rows x <see cref="Features"/>.</param>
    /// <param name="labels">The label of each row.</param>
    /// <param name="validationFeatures">Other feature vectors, row-major.</param>
    /// <param name="validationLabels">The label of each of them.</param>
    /// <param name="options">The objective, and when the fit ends; null for the defaults.</param>
    /// <param name="progress">Told of every evaluation of the objective, on the calling thread.</param>
    /// <param name="cancellationToken">
    /// Asked after every evaluation; a fit that is canceled throws nothing and leaves the best parameters so far.
    /// </param>
    /// <returns>How it ended.</returns>
    /// <remarks>
    /// With the first iteration the optimizer of <c>PartialFit</c> starts anew and the temperature is 1 again.
    /// </remarks>
    /// <exception cref="ArgumentException">
    /// There are no rows of either kind or another number of labels; a label is none of the classes; an option does not fit, or a number is
    /// NaN or infinite. The message names the first such row. Nothing has changed.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range. Nothing has changed.</exception>
    public FitReport Fit(
        ReadOnlySpan<float> features,
        IReadOnlyList<TLabel> labels,
        ReadOnlySpan<float> validationFeatures,
        IReadOnlyList<TLabel> validationLabels,
        FitOptions? options = null,
        IProgress<FitProgress>? progress = null,
        CancellationToken cancellationToken = default) =>
        Fit(BatchOf(features, labels), BatchOf(validationFeatures, validationLabels), options, progress, cancellationToken);

    /// <summary>
    /// Fits the classifier with penalties of several strengths by <see cref="LinearProbe.FitPath"/>, and keeps the fit with the smallest
    /// validation loss.
    /// </summary>
    /// <param name="features">The feature vectors, row-major, rows x <see cref="Features"/>.</param>
    /// <param name="labels">The label of each row.</param>
    /// <param name="validationFeatures">The feature vectors that decide which fit is the best, row-major.</param>
    /// <param name="validationLabels">The label of each of them.</param>
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
    /// <remarks>
    /// With the first iteration the optimizer of <c>PartialFit</c> starts anew and the temperature is 1 again.
    /// </remarks>
    /// <exception cref="ArgumentException">
    /// As for a fit with validation rows; or there are no strengths, or the options' L2 is set. Nothing has changed.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A strength or an option is out of range. Nothing has changed.</exception>
    public PathReport FitPath(
        ReadOnlySpan<float> features,
        IReadOnlyList<TLabel> labels,
        ReadOnlySpan<float> validationFeatures,
        IReadOnlyList<TLabel> validationLabels,
        ReadOnlySpan<double> strengths,
        FitOptions? options = null,
        IProgress<FitProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        LabeledBatch<float> batch = BatchOf(features, labels);
        LabeledBatch<float> validation = BatchOf(validationFeatures, validationLabels);
        RequireOwnLogits(options);
        PathReport path = LinearProbe.FitPath(_weights, _bias, batch, validation, strengths, options, progress, cancellationToken);
        foreach (PathPoint point in path.Points)
        {
            NoteFit(point.Report);
        }

        return path;
    }

    /// <summary>Learns from a few rows by one step of <see cref="AdamW{T}"/>, whose moments the classifier keeps and saves.</summary>
    /// <param name="features">The feature vectors, row-major, rows x <see cref="Features"/>.</param>
    /// <param name="labels">The label of each row.</param>
    /// <param name="learningRate">The size of the step. Finite and not negative.</param>
    /// <returns>The loss before the step, and how many rows were predicted right.</returns>
    /// <remarks>
    /// The loss is that of the logits themselves, whatever <see cref="Temperature"/> is. Each step also takes <see cref="WeightDecay"/>
    /// times the learning rate off all weights and biases. Where finite numbers are so large that logits are not, the loss is NaN and so
    /// are the parameters.
    /// </remarks>
    /// <exception cref="ArgumentException">
    /// There are no rows or another number of labels; a label is none of the classes, or a number is NaN or infinite. The message names the
    /// first such row. Nothing has changed.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The learning rate is out of range. Nothing has changed.</exception>
    public CrossEntropyResult PartialFit(ReadOnlySpan<float> features, IReadOnlyList<TLabel> labels, double learningRate = 1e-3)
    {
        int rows = RowsOf(features, labels, nameof(features), nameof(labels));
        Span<int> targets = rows <= MostOnStack ? stackalloc int[rows] : new int[rows];
        _labels.Find(labels, targets);
        RequireFinite(features);
        if (_steps == 0)
        {
            _firstMoment = new float[_weights.Length + _bias.Length];
            _secondMoment = new float[_weights.Length + _bias.Length];
        }

        AdamW<float> update = new(learningRate, _firstMoment, _secondMoment, _steps + 1, weightDecay: _weightDecay);
        CrossEntropyResult result = LinearCrossEntropy.Step(_weights, _bias, new LabeledBatch<float>(features, targets), update);
        _steps++;
        return result;
    }

    /// <summary>The most likely label of a feature vector. Allocates nothing.</summary>
    /// <param name="features">The feature vector.</param>
    /// <returns>The label, of equally likely ones the first, and its probability.</returns>
    /// <remarks>
    /// A vector with NaN or infinity is not refused, which would cost every vector a search: its probabilities are NaN, and its labels mean
    /// nothing. The same holds for the other ways to predict.
    /// </remarks>
    /// <exception cref="ArgumentException">The vector has another length.</exception>
    public Prediction<TLabel> Predict(ReadOnlySpan<float> features)
    {
        Prediction<TLabel> prediction = default;
        Predict(features, new(ref prediction));
        return prediction;
    }

    /// <summary>The most likely labels of a feature vector, most likely first. Allocates nothing for up to 256 of them.</summary>
    /// <param name="features">The feature vector.</param>
    /// <param name="top">Receives as many labels as it has room for and there are classes.</param>
    /// <returns>How many they are.</returns>
    /// <remarks>
    /// Of equally likely labels the first of <see cref="Classes"/> stands first. What <paramref name="top"/> has more room for stays as it
    /// is. NaN or infinity in the vector makes all probabilities NaN.
    /// </remarks>
    /// <exception cref="ArgumentException">The vector has another length.</exception>
    public int Predict(ReadOnlySpan<float> features, Span<Prediction<TLabel>> top)
    {
        if (features.Length != Features)
        {
            throw new ArgumentException(
                $"features has {features.Length} numbers; one vector of {Features} features is expected.", nameof(features));
        }

        int count = Math.Min(top.Length, Classes.Count);
        Span<int> classes = count <= MostOnStack ? stackalloc int[count] : new int[count];
        Span<float> logarithms = count <= MostOnStack ? stackalloc float[count] : new float[count];
        LinearSoftmax.TopK(Layer, features, 1, classes, logarithms, _scoring);
        for (int i = 0; i < count; i++)
        {
            top[i] = new(Classes[classes[i]], Exponential<SimdScalar<float>, float, float>.Exp(logarithms[i]));
        }

        return count;
    }

    /// <summary>The probability of every class for every row.</summary>
    /// <param name="features">The feature vectors, row-major, rows x <see cref="Features"/>.</param>
    /// <param name="probabilities">
    /// Receives the probabilities, row-major, rows x classes, in the order of <see cref="Classes"/>.
    /// </param>
    /// <remarks>A row with NaN or infinity has NaN for all its probabilities. Rows do not affect each other.</remarks>
    /// <exception cref="ArgumentException">A length does not match, or the two overlap. Nothing has been written.</exception>
    public void PredictProbabilities(ReadOnlySpan<float> features, Span<float> probabilities) =>
        LinearSoftmax.Probabilities(Layer, features, RowsOf(features), probabilities, _scoring);

    /// <summary>
    /// Finds the <see cref="Temperature"/> with which the probabilities fit these rows best, which must not be rows of the fit: temperature
    /// scaling. No prediction changes its label.
    /// </summary>
    /// <param name="features">The feature vectors, row-major, rows x <see cref="Features"/>.</param>
    /// <param name="labels">The label of each row.</param>
    /// <returns>
    /// The temperature, from 1 / 128 to 128: above 1 where the classifier was too sure. The smallest where all rows are predicted right,
    /// and 1 where none changes the loss, as before any fit.
    /// </returns>
    /// <remarks>C. Guo et al., "On Calibration of Modern Neural Networks", 2017, section 4.2.</remarks>
    /// <exception cref="ArgumentException">
    /// There are no rows or another number of labels; a label is none of the classes, a number is NaN or infinite, or logits are. The
    /// message names the first such row, but for logits. Nothing has changed.
    /// </exception>
    public double Calibrate(ReadOnlySpan<float> features, IReadOnlyList<TLabel> labels)
    {
        LabeledBatch<float> batch = BatchOf(features, labels);
        RequireFinite(features);
        Temperature = TemperatureScaling.Find(Layer, batch);
        return Temperature;
    }

    /// <summary>How well the classifier does on rows whose labels are known.</summary>
    /// <param name="features">The feature vectors, row-major, rows x <see cref="Features"/>.</param>
    /// <param name="labels">The label of each row.</param>
    /// <param name="topK">Among how many most likely labels a row's own counts for <see cref="Evaluation{TLabel}.TopKAccuracy"/>.</param>
    /// <returns>Accuracies, log-loss, the figures of each class and the confusion matrix.</returns>
    /// <remarks>Where finite numbers are so large that logits are not, the log-loss is NaN.</remarks>
    /// <exception cref="ArgumentException">
    /// There are no rows or another number of labels; a label is none of the classes, or a number is NaN or infinite. The message names the
    /// first such row.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="topK"/> is not positive.</exception>
    public Evaluation<TLabel> Evaluate(ReadOnlySpan<float> features, IReadOnlyList<TLabel> labels, int topK = 3)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(topK);
        LabeledBatch<float> batch = BatchOf(features, labels);
        int[] predictions = new int[batch.Rows];
        int[] ranks = new int[batch.Rows];
        CrossEntropyResult result = LinearCrossEntropy.Loss(
            Layer, batch, _scoring, new RowResults<float> { Predictions = predictions, TargetRanks = ranks });
        if (!double.IsFinite(result.Loss))
        {
            RequireFinite(features);
        }

        return new(Classes, batch.Targets, predictions, ranks, result.Loss, topK);
    }

    /// <summary>Saves the classifier as a safetensors file, whole or not at all.</summary>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <remarks>
    /// The tensors are <c>weight</c>, [classes, features], and <c>bias</c>, [classes], which other programs read too, and the moments of
    /// the optimizer if <c>PartialFit</c> was called. The labels, as text in the invariant culture where their type has one, and the
    /// temperature are in the metadata. The same classifier gives the same bytes.
    /// </remarks>
    /// <exception cref="InvalidOperationException">
    /// Two labels have the same text, so that they could not be told apart again, or one has half a surrogate pair, which no file keeps.
    /// </exception>
    /// <exception cref="IOException">The file cannot be written or replaced.</exception>
    /// <exception cref="UnauthorizedAccessException">The file or its directory may not be written.</exception>
    public void Save(string path)
    {
        string[] labels = [.. Classes.Select(LabelIndex<TLabel>.Text)];
        if (labels.GroupBy(label => label).FirstOrDefault(group => group.Count() > 1) is { } same)
        {
            throw new InvalidOperationException($"Two classes have the text '{same.Key}'; they could not be told apart when loaded.");
        }

        if (Array.FindIndex(labels, label => SavedText.FaultOf(label) is not null) is int broken and >= 0)
        {
            throw new InvalidOperationException($"Class {broken} has half a surrogate pair in its text.");
        }

        new ClassifierFile
        {
            Labels = labels,
            Weights = _weights,
            Bias = _bias,
            Temperature = Temperature,
            Steps = _steps,
            WeightDecay = _weightDecay,
            FirstMoment = _firstMoment,
            SecondMoment = _secondMoment,
        }.Save(path);
    }

    /// <summary>Loads a classifier that <see cref="Save"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <param name="parse">Makes a label of its text; null where labels are strings.</param>
    /// <param name="comparer">Which labels are equal, which the file does not say; null for the default of their type.</param>
    /// <returns>The classifier, with the bits of the one that was saved: it can be used, calibrated, and trained on.</returns>
    /// <exception cref="InvalidDataException">
    /// It is not a classifier's file, or its labels are not different; the message says why.
    /// </exception>
    /// <exception cref="ArgumentNullException"><paramref name="parse"/> is null, and labels are not strings.</exception>
    /// <exception cref="IOException">The file does not exist or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The file may not be read, or is a directory.</exception>
    public static SoftmaxClassifier<TLabel> Load(
        string path, Func<string, TLabel>? parse = null, IEqualityComparer<TLabel>? comparer = null)
    {
        if (parse is null && typeof(TLabel) != typeof(string))
        {
            throw new ArgumentNullException(nameof(parse), $"Labels of {typeof(TLabel)} are saved as text; parse makes them of it.");
        }

        ClassifierFile file = ClassifierFile.Load(path);
        try
        {
            return new(file, file.Labels.Select(parse ?? (text => (TLabel)(object)text)), comparer);
        }
        catch (Exception exception) when (exception is ArgumentException or FormatException or OverflowException
            or KeyNotFoundException)
        {
            throw new InvalidDataException($"'{path}' is not a classifier's file: {exception.Message}", exception);
        }
    }

    /// <summary>How many rows a matrix of feature vectors has.</summary>
    private int RowsOf(ReadOnlySpan<float> features, [CallerArgumentExpression(nameof(features))] string name = "")
    {
        if (features.Length % Features != 0)
        {
            throw new ArgumentException(
                $"{name} has {features.Length} numbers, which is not a whole number of rows of {Features} features.", name);
        }

        return features.Length / Features;
    }

    private int RowsOf(ReadOnlySpan<float> features, IReadOnlyList<TLabel> labels, string name, string labelsName)
    {
        ArgumentNullException.ThrowIfNull(labels, labelsName);
        int rows = RowsOf(features, name);
        if (rows == 0 || labels.Count != rows)
        {
            throw new ArgumentException(
                $"There are {labels.Count} {labelsName} and {rows} rows of {name}; as many are expected, and at least one.", labelsName);
        }

        return rows;
    }

    /// <summary>Rows and the indices of their classes.</summary>
    private LabeledBatch<float> BatchOf(
        ReadOnlySpan<float> features,
        IReadOnlyList<TLabel> labels,
        [CallerArgumentExpression(nameof(features))] string name = "",
        [CallerArgumentExpression(nameof(labels))] string labelsName = "")
    {
        int[] targets = new int[RowsOf(features, labels, name, labelsName)];
        _labels.Find(labels, targets, labelsName);
        return new(features, targets);
    }

    private static void RequireOwnLogits(FitOptions? options)
    {
        if (options?.Loss is { LogitScale: not 1 } or { LogitSoftcap: not 0 })
        {
            throw new ArgumentException(
                $"Loss.LogitScale is {options.Loss.LogitScale} and Loss.LogitSoftcap {options.Loss.LogitSoftcap}; a classifier predicts "
                + "from W h + b alone. LinearProbe fits other layers.",
                nameof(options));
        }
    }

    private FitReport Fit(
        LabeledBatch<float> batch,
        LabeledBatch<float> validation,
        FitOptions? options,
        IProgress<FitProgress>? progress,
        CancellationToken cancellationToken)
    {
        RequireOwnLogits(options);
        FitReport report = LinearProbe.Fit(_weights, _bias, batch, options, validation, progress, cancellationToken);
        NoteFit(report);
        return report;
    }

    /// <summary>The optimizer's moments and the temperature were the old weights'.</summary>
    private void NoteFit(FitReport report)
    {
        if (report.Iterations > 0)
        {
            (_firstMoment, _secondMoment, _steps) = ([], [], 0);
            Temperature = 1;
        }
    }

    private void RequireFinite(ReadOnlySpan<float> features)
    {
        int found = NonFiniteNumbers.IndexIn<float, float>(features);
        if (found >= 0)
        {
            throw new ArgumentException(
                $"features has {features[found]} in row {found / Features}, column {found % Features}; finite numbers are expected.",
                nameof(features));
        }
    }
}
