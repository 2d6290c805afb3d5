using OutputGrad.Engine.Arithmetic;
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
/// All <c>Predict</c> methods, <see cref="Evaluate"/> and <see cref="Save"/> may run at the same time on one classifier. All else needs it
/// alone.
/// </para>
/// </remarks>
public sealed class SoftmaxClassifier<TLabel>
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
        Temperature = file.Temperature;
    }

    /// <summary>The length of a feature vector.</summary>
    public int Features { get; }

    /// <summary>The labels, in the order of the rows of <see cref="Weights"/>.</summary>
    public IReadOnlyList<TLabel> Classes => _labels.Labels;

    /// <summary>The matrix W, row-major, classes x features.</summary>
    /// <remarks>
    /// What is written here leaves the temperature and the optimizer of <see cref="PartialFit"/> as they are: calibrate afterwards.
    /// </remarks>
    public Span<float> Weights => _weights;

    /// <summary>The vector b, one number per class.</summary>
    public Span<float> Bias => _bias;

    /// <summary>By what the logits are divided for all predictions; 1 until <see cref="Calibrate"/> finds another.</summary>
    public double Temperature
    {
        get => _temperature;
        private set
        {
            _temperature = value;
            _scoring = new() { LogitScale = 1 / value };
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
    /// With the first iteration the optimizer of <see cref="PartialFit"/> starts anew and the temperature is 1 again: they were the old
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
        CancellationToken cancellationToken = default)
    {
        int[] targets = new int[RowsOf(features, labels)];
        _labels.Find(labels, targets);
        if (options?.Loss is { LogitScale: not 1 } or { LogitSoftcap: not 0 })
        {
            throw new ArgumentException(
                $"Loss.LogitScale is {options.Loss.LogitScale} and Loss.LogitSoftcap {options.Loss.LogitSoftcap}; a classifier predicts "
                + "from W h + b alone. LinearProbe fits other layers.",
                nameof(options));
        }

        FitReport report = LinearProbe.Fit(
            _weights, _bias, new LabeledBatch<float>(features, targets), options, default, progress, cancellationToken);
        if (report.Iterations > 0)
        {
            (_firstMoment, _secondMoment, _steps) = ([], [], 0);
            Temperature = 1;
        }

        return report;
    }

    /// <summary>The same with the feature vectors one by one, as generators of embeddings give them. They are copied.</summary>
    /// <param name="features">The feature vectors, each of <see cref="Features"/> numbers.</param>
    /// <param name="labels">The label of each.</param>
    /// <param name="options">The objective, and when the fit ends; null for the defaults.</param>
    /// <param name="progress">Told of every evaluation of the objective, on the calling thread.</param>
    /// <param name="cancellationToken">
    /// Asked after every evaluation; a fit that is canceled throws nothing and leaves the best parameters so far.
    /// </param>
    /// <returns>How it ended.</returns>
    /// <exception cref="ArgumentException">
    /// As above, or a vector has another length: the message names its row. Nothing has changed.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is out of range. Nothing has changed.</exception>
    public FitReport Fit(
        IReadOnlyList<ReadOnlyMemory<float>> features,
        IReadOnlyList<TLabel> labels,
        FitOptions? options = null,
        IProgress<FitProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(features);
        long numbers = (long)features.Count * Features;
        if (numbers > Array.MaxLength)
        {
            throw new ArgumentException(
                $"{features.Count} vectors of {Features} features are {numbers} numbers; at most {Array.MaxLength} are copied.",
                nameof(features));
        }

        float[] matrix = new float[numbers];
        for (int row = 0; row < features.Count; row++)
        {
            ReadOnlySpan<float> vector = features[row].Span;
            if (vector.Length != Features)
            {
                throw new ArgumentException(
                    $"The feature vector of row {row} has {vector.Length} numbers; the classifier has {Features} features.",
                    nameof(features));
            }

            vector.CopyTo(matrix.AsSpan(row * Features));
        }

        return Fit(matrix, labels, options, progress, cancellationToken);
    }

    /// <summary>Learns from a few rows by one step of <see cref="AdamW{T}"/>, whose moments the classifier keeps and saves.</summary>
    /// <param name="features">The feature vectors, row-major, rows x <see cref="Features"/>.</param>
    /// <param name="labels">The label of each row.</param>
    /// <param name="learningRate">The size of the step. Finite and not negative.</param>
    /// <returns>The loss before the step, and how many rows were predicted right.</returns>
    /// <remarks>
    /// The loss is that of the logits themselves, whatever <see cref="Temperature"/> is. Each step also takes .01 times the learning rate
    /// off all weights and biases, the weight decay of <see cref="AdamW{T}"/>. Where finite numbers are so large that logits are not, the
    /// loss is NaN and so are the parameters.
    /// </remarks>
    /// <exception cref="ArgumentException">
    /// There are no rows or another number of labels; a label is none of the classes, or a number is NaN or infinite. The message names the
    /// first such row. Nothing has changed.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">The learning rate is out of range. Nothing has changed.</exception>
    public CrossEntropyResult PartialFit(ReadOnlySpan<float> features, IReadOnlyList<TLabel> labels, double learningRate = 1e-3)
    {
        int rows = RowsOf(features, labels);
        Span<int> targets = rows <= MostOnStack ? stackalloc int[rows] : new int[rows];
        _labels.Find(labels, targets);
        RequireFinite(features);
        if (_steps == 0)
        {
            _firstMoment = new float[_weights.Length + _bias.Length];
            _secondMoment = new float[_weights.Length + _bias.Length];
        }

        AdamW<float> update = new(learningRate, _firstMoment, _secondMoment, _steps + 1);
        CrossEntropyResult result = LinearCrossEntropy.Step(_weights, _bias, new LabeledBatch<float>(features, targets), update);
        _steps++;
        return result;
    }

    /// <summary>The most likely label of a feature vector. Allocates nothing.</summary>
    /// <param name="features">The feature vector.</param>
    /// <returns>The label, of equally likely ones the first, and its probability.</returns>
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
    /// is.
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
    /// There are no rows or another number of labels; a label is none of the classes, a number is NaN or infinite, or logits are. Nothing
    /// has changed.
    /// </exception>
    public double Calibrate(ReadOnlySpan<float> features, IReadOnlyList<TLabel> labels)
    {
        int[] targets = new int[RowsOf(features, labels)];
        _labels.Find(labels, targets);
        RequireFinite(features);
        Temperature = TemperatureScaling.Find(Layer, new(features, targets));
        return Temperature;
    }

    /// <summary>How well the classifier does on rows whose labels are known.</summary>
    /// <param name="features">The feature vectors, row-major, rows x <see cref="Features"/>.</param>
    /// <param name="labels">The label of each row.</param>
    /// <param name="topK">Among how many most likely labels a row's own counts for <see cref="Evaluation{TLabel}.TopKAccuracy"/>.</param>
    /// <returns>Accuracies, log-loss, the figures of each class and the confusion matrix.</returns>
    /// <exception cref="ArgumentException">
    /// There are no rows or another number of labels, or a label is none of the classes.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="topK"/> is not positive.</exception>
    public Evaluation<TLabel> Evaluate(ReadOnlySpan<float> features, IReadOnlyList<TLabel> labels, int topK = 3)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(topK);
        int[] targets = new int[RowsOf(features, labels)];
        int[] predictions = new int[targets.Length];
        int[] ranks = new int[targets.Length];
        _labels.Find(labels, targets);
        CrossEntropyResult result = LinearCrossEntropy.Loss(
            Layer, new(features, targets), _scoring, new RowResults<float> { Predictions = predictions, TargetRanks = ranks });
        return new(Classes, targets, predictions, ranks, result.Loss, topK);
    }

    /// <summary>Saves the classifier as a safetensors file, whole or not at all.</summary>
    /// <param name="path">The file; one that exists is replaced.</param>
    /// <remarks>
    /// The tensors are <c>weight</c>, [classes, features], and <c>bias</c>, [classes], which other programs read too, and the moments of
    /// the optimizer if <see cref="PartialFit"/> was called. The labels, as text in the invariant culture where their type has one, and the
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
    private int RowsOf(ReadOnlySpan<float> features)
    {
        if (features.Length % Features != 0)
        {
            throw new ArgumentException(
                $"features has {features.Length} numbers, which is not a whole number of rows of {Features} features.", nameof(features));
        }

        return features.Length / Features;
    }

    private int RowsOf(ReadOnlySpan<float> features, IReadOnlyList<TLabel> labels)
    {
        ArgumentNullException.ThrowIfNull(labels);
        int rows = RowsOf(features);
        if (rows == 0 || labels.Count != rows)
        {
            throw new ArgumentException(
                $"There are {labels.Count} labels and {rows} rows of features; as many are expected, and at least one.", nameof(labels));
        }

        return rows;
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
