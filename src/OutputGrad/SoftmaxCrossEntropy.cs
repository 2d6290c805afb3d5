using System.Numerics;
using OutputGrad.Engine.Calls;

namespace OutputGrad;

/// <summary>
/// Softmax cross-entropy from logits: the loss, and its gradient with respect to the logits, which is the probabilities minus the target.
/// </summary>
/// <remarks>
/// <para>
/// For a row z of logits with p = softmax(z) and a target distribution q, one-hot for a class index, the loss is -sum_c q_c log p_c and its
/// gradient p - q. The semantics are those of <c>torch.nn.functional.cross_entropy</c> with the classes in the last dimension;
/// <see cref="CrossEntropyOptions"/> lists the additions to it.
/// </para>
/// <para>
/// Accuracy: the maximum is subtracted first and the true class is kept out of the sum, so that losses and gradients have a small relative
/// error at every shift of the logits and on the most confident rows. Loss and counts are summed in double. The bits are the same on
/// every machine that has fused multiply-adds.
/// </para>
/// <para>
/// NaN and infinity are not errors: a row that contains NaN or +infinity has a NaN loss and a NaN gradient, and affects no other row. A
/// logit of -infinity is a masked class with probability 0; at the target it makes the loss +infinity. A row in which every logit is
/// -infinity is NaN. A target weight of exactly 0 adds exactly 0 to the loss, also at a masked class.
/// </para>
/// <para>
/// The options of the layer have no effect: the filters, <see cref="CrossEntropyOptions.MaxRowGradientNorm"/>, and
/// <see cref="CrossEntropyOptions.AccumulateGradients"/>, because the gradient of the logits is always overwritten.
/// </para>
/// <para>
/// No argument may change while a call runs. If one does, the results are unspecified or an exception says so, but nothing outside the
/// spans is read or written: every target is checked where it is used.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// float[] logits = [2f, 1f, 0f, 0f, 0f, 3f];                              // 2 rows x 3 classes
/// int[] targets = [0, 2];
/// float[] gradient = new float[logits.Length];
///
/// CrossEntropyResult result = SoftmaxCrossEntropy.LossAndGradient&lt;float>(logits, targets, gradient);
/// Console.WriteLine($"{result.Loss:F4}, {result.Correct} of 2 right");    // 0.2513, 2 of 2 right
/// Console.WriteLine($"{gradient[0]:F4}");                                 // -0.1674
/// </code>
/// </example>
public static class SoftmaxCrossEntropy
{
    private static readonly CrossEntropyOptions Default = new();

    /// <summary>The loss of a batch whose targets are class indices.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="logits">Row-major, rows x classes.</param>
    /// <param name="targets">
    /// The true class of each row, or <see cref="CrossEntropyOptions.IgnoreIndex"/>. Its length is the number of rows.
    /// </param>
    /// <param name="options">The loss to compute; null for the defaults.</param>
    /// <param name="rowWeights">A factor of each row's loss, rows long, or empty for 1 each.</param>
    /// <param name="rows">Where the requested results per row go; they may overlap neither an input nor each other.</param>
    /// <returns>The reduced loss and the counts.</returns>
    /// <exception cref="ArgumentException">A length does not match, or an output overlaps something. Nothing has been written.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A target or an option is out of range. Nothing has been written.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static CrossEntropyResult Loss<T>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<int> targets,
        CrossEntropyOptions? options = null,
        ReadOnlySpan<T> rowWeights = default,
        RowResults<T> rows = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new LogitsCall<T>(new(logits, targets) { RowWeights = rowWeights }, options ?? Default, rows).Loss();

    /// <summary>The loss of a batch whose targets are distributions over the classes.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="logits">Row-major, rows x classes.</param>
    /// <param name="targetProbabilities">Row-major, rows x classes; used without normalization.</param>
    /// <param name="rowCount">The number of rows.</param>
    /// <param name="options">The loss to compute; null for the defaults.</param>
    /// <param name="rowWeights">A factor of each row's loss, rows long, or empty for 1 each.</param>
    /// <param name="rows">Where the requested results per row go; they may overlap neither an input nor each other.</param>
    /// <returns>The reduced loss and the counts.</returns>
    /// <exception cref="ArgumentException">A length does not match, or an output overlaps something. Nothing has been written.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The row count or an option is out of range. Nothing has been written.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static CrossEntropyResult Loss<T>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<T> targetProbabilities,
        int rowCount,
        CrossEntropyOptions? options = null,
        ReadOnlySpan<T> rowWeights = default,
        RowResults<T> rows = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new LogitsCall<T>(new(logits, targetProbabilities, rowCount) { RowWeights = rowWeights }, options ?? Default, rows).Loss();

    /// <summary>The loss of a batch whose targets are class indices, and its gradient.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="logits">Row-major, rows x classes.</param>
    /// <param name="targets">
    /// The true class of each row, or <see cref="CrossEntropyOptions.IgnoreIndex"/>. Its length is the number of rows.
    /// </param>
    /// <param name="logitGradient">
    /// Receives dL/dlogits, rows x classes, 0 in ignored rows. May be exactly the memory of <paramref name="logits"/>, with the same bits
    /// as a result; otherwise it may overlap nothing.
    /// </param>
    /// <param name="options">The loss to compute; null for the defaults.</param>
    /// <param name="rowWeights">A factor of each row's loss and gradient, rows long, or empty for 1 each.</param>
    /// <param name="rows">Where the requested results per row go; they may overlap neither an input nor each other.</param>
    /// <returns>The reduced loss and the counts.</returns>
    /// <inheritdoc
    /// cref="Loss{T}(ReadOnlySpan{T}, ReadOnlySpan{int}, CrossEntropyOptions?, ReadOnlySpan{T}, RowResults{T})"
    /// path="/exception"/>
    public static CrossEntropyResult LossAndGradient<T>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<int> targets,
        Span<T> logitGradient,
        CrossEntropyOptions? options = null,
        ReadOnlySpan<T> rowWeights = default,
        RowResults<T> rows = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new LogitsCall<T>(new(logits, targets) { RowWeights = rowWeights }, options ?? Default, rows).LossAndGradient(logitGradient);

    /// <summary>The loss of a batch whose targets are distributions over the classes, and its gradient.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="logits">Row-major, rows x classes.</param>
    /// <param name="targetProbabilities">Row-major, rows x classes; used without normalization.</param>
    /// <param name="rowCount">The number of rows.</param>
    /// <param name="logitGradient">
    /// Receives dL/dlogits, rows x classes. May be exactly the memory of <paramref name="logits"/>, with the same bits as a result;
    /// otherwise it may overlap nothing.
    /// </param>
    /// <param name="options">The loss to compute; null for the defaults.</param>
    /// <param name="rowWeights">A factor of each row's loss and gradient, rows long, or empty for 1 each.</param>
    /// <param name="rows">Where the requested results per row go; they may overlap neither an input nor each other.</param>
    /// <returns>The reduced loss and the counts.</returns>
    /// <inheritdoc
    /// cref="Loss{T}(ReadOnlySpan{T}, ReadOnlySpan{T}, int, CrossEntropyOptions?, ReadOnlySpan{T}, RowResults{T})"
    /// path="/exception"/>
    public static CrossEntropyResult LossAndGradient<T>(
        ReadOnlySpan<T> logits,
        ReadOnlySpan<T> targetProbabilities,
        int rowCount,
        Span<T> logitGradient,
        CrossEntropyOptions? options = null,
        ReadOnlySpan<T> rowWeights = default,
        RowResults<T> rows = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new LogitsCall<T>(new(logits, targetProbabilities, rowCount) { RowWeights = rowWeights }, options ?? Default, rows)
            .LossAndGradient(logitGradient);
}
