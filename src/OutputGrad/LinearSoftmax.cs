using System.Numerics;
using OutputGrad.Engine.Calls;

namespace OutputGrad;

/// <summary>
/// A model's output layer forwards, without targets: the softmax of the logits z = W h + b, all of it or the most likely classes.
/// </summary>
/// <remarks>
/// <para>
/// The logits are those of <see cref="LinearCrossEntropy.Loss"/> to the last bit, after <see cref="CrossEntropyOptions.LogitScale"/> (1 /
/// temperature) and <see cref="CrossEntropyOptions.LogitSoftcap"/>. Of the other options <see
/// cref="CrossEntropyOptions.MaxDegreeOfParallelism"/> and <see cref="CrossEntropyOptions.MaxWorkspaceBytes"/> matter. The results have the
/// same bits on every run, for every number of threads and at every vector width.
/// </para>
/// <para>
/// log p_c = (z_c - m) - log S, where m is the largest logit and S the sum of exp(z - m). The most likely class stays out of the sum, so
/// that its own log p, -log(1 + S'), keeps all its digits in a confident row. A logit of -infinity masks its class: p is 0. A row in which
/// a logit is NaN or +infinity, or all are -infinity, has NaN everywhere. Rows do not affect each other.
/// </para>
/// <para>
/// The layer's weights may be of 16 bits (<see cref="OutputLayer{T}.FromBFloat16"/>, <see cref="OutputLayer{T}.FromHalf"/>); hidden vectors
/// are of T.
/// </para>
/// <para>All lengths, options and overlaps are checked before anything is written. No argument may change while a call runs.</para>
/// </remarks>
/// <example>
/// <code>
/// float[] weights = [1f, 0f, 0f, 1f, -1f, -1f];                           // 3 classes x 2 features
/// float[] hidden = [2f, 1f];                                              // a row of 2 features
/// int[] classes = new int[2];
/// float[] logProbabilities = new float[2];
///
/// LinearSoftmax.TopK(new OutputLayer&lt;float>(weights), hidden, rows: 1, classes, logProbabilities);
/// Console.WriteLine($"{classes[0]}, {MathF.Exp(logProbabilities[0]):F3}");    // 0, 0.727
/// Console.WriteLine($"{classes[1]}, {MathF.Exp(logProbabilities[1]):F3}");    // 1, 0.268
/// </code>
/// </example>
public static class LinearSoftmax
{
    private static readonly CrossEntropyOptions Default = new();

    /// <summary>log p of every class of every row.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="layer">The layer's parameters.</param>
    /// <param name="hidden">The hidden vectors, row-major, rows x features.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="logProbabilities">Receives the logarithms, row-major, rows x classes.</param>
    /// <param name="options">Scale and softcap, and the bounds on memory and threads; null for the defaults.</param>
    /// <exception cref="ArgumentException">
    /// A length does not match, an output overlaps something, or <see cref="CrossEntropyOptions.MaxWorkspaceBytes"/> is too small; the
    /// message says the least that works. Nothing has been written.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A number of rows or an option is out of range. Nothing has been written.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static void LogProbabilities<T>(
        OutputLayer<T> layer, ReadOnlySpan<T> hidden, int rows, Span<T> logProbabilities, CrossEntropyOptions? options = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Run(layer, hidden, rows, new() { All = logProbabilities, Name = nameof(logProbabilities), AreLogarithms = true }, options);

    /// <summary>p of every class of every row.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="layer">The layer's parameters.</param>
    /// <param name="hidden">The hidden vectors, row-major, rows x features.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="probabilities">Receives the probabilities, row-major, rows x classes.</param>
    /// <param name="options">Scale and softcap, and the bounds on memory and threads; null for the defaults.</param>
    /// <inheritdoc cref="LogProbabilities{T}" path="/exception"/>
    public static void Probabilities<T>(
        OutputLayer<T> layer, ReadOnlySpan<T> hidden, int rows, Span<T> probabilities, CrossEntropyOptions? options = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Run(layer, hidden, rows, new() { All = probabilities, Name = nameof(probabilities) }, options);

    /// <summary>
    /// The k most likely classes of each row, most likely first and the lower index first on ties, where k is the length of
    /// <paramref name="classes"/> over <paramref name="rows"/>. A matrix of rows x classes is never held.
    /// </summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="layer">The layer's parameters.</param>
    /// <param name="hidden">The hidden vectors, row-major, rows x features.</param>
    /// <param name="rows">The number of rows.</param>
    /// <param name="classes">Receives the classes, row-major, rows x k; k is at most the number of classes and may be 0.</param>
    /// <param name="logProbabilities">
    /// Receives their log p, row-major, rows x k: the very bits of <see cref="LogProbabilities{T}"/>.
    /// </param>
    /// <param name="options">Scale and softcap, and the bounds on memory and threads; null for the defaults.</param>
    /// <remarks>
    /// A NaN stands before every number, as in <see cref="RowResults{T}.Predictions"/>, and makes its row's logarithms NaN; its classes
    /// still stand in their order.
    /// </remarks>
    /// <inheritdoc cref="LogProbabilities{T}" path="/exception"/>
    public static void TopK<T>(
        OutputLayer<T> layer,
        ReadOnlySpan<T> hidden,
        int rows,
        Span<int> classes,
        Span<T> logProbabilities,
        CrossEntropyOptions? options = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        Run(layer, hidden, rows, new() { TopClasses = classes, TopLogarithms = logProbabilities, IsTop = true }, options);

    private static void Run<T>(
        OutputLayer<T> layer, ReadOnlySpan<T> hidden, int rows, SoftmaxSpans<T> results, CrossEntropyOptions? options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new LayerCall<T>(layer, new(hidden, rows), options ?? Default) { Softmax = results, IsSoftmax = true }.Run();
}
