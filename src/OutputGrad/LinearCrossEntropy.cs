using System.Numerics;
using OutputGrad.Engine;

namespace OutputGrad;

/// <summary>
/// A model's output layer and its loss in one: logits z = W h + b, softmax, cross-entropy, and the gradients of all parameters and of the hidden
/// vectors, a bounded chunk of rows at a time, so that rows x classes is never held.
/// </summary>
/// <remarks>
/// <para>
/// With p = softmax(z), the target q, and the residual g_n = p_n - q_n of row n:
/// </para>
/// <code>
/// dL/dW = sum_n g_n (x) h_n        dL/db = sum_n g_n        dL/dH = G W
/// </code>
/// <para>
/// The loss, its options, NaN and infinity are those of <see cref="SoftmaxCrossEntropy"/>. A NaN in a hidden vector stays in its row's results and, through the
/// sum over rows, reaches dL/dW and dL/db; one in an ignored row reaches nothing.
/// </para>
/// <para>
/// All lengths, targets, options and overlaps are checked before anything is written. Products of sizes are taken in 64 bits.
/// </para>
/// </remarks>
public static class LinearCrossEntropy
{
    private static readonly CrossEntropyOptions Default = new();

    /// <summary>The loss of a batch, without gradients.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="layer">The layer's parameters.</param>
    /// <param name="batch">The hidden vectors and their targets.</param>
    /// <param name="options">What loss is meant, and the bounds on memory and threads; null for the defaults.</param>
    /// <param name="rows">Results per row that are wanted.</param>
    /// <returns>The reduced loss and the counts.</returns>
    /// <exception cref="ArgumentException">
    /// A length does not match, an output overlaps something, or <see cref="CrossEntropyOptions.MaxWorkspaceBytes"/> is too small; the message says
    /// the least that works. Nothing has been written.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A target or an option is out of range. Nothing has been written.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double, or an option is not supported yet.</exception>
    public static CrossEntropyResult Loss<T>(
        OutputLayer<T> layer, LabeledBatch<T> batch, CrossEntropyOptions? options = null, RowResults<T> rows = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        LossAndGradient(layer, batch, default, options, rows);

    /// <summary>The loss of a batch and the gradients that are wanted.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="layer">The layer's parameters.</param>
    /// <param name="batch">The hidden vectors and their targets.</param>
    /// <param name="gradients">Where the gradients go; an empty span is not wanted.</param>
    /// <param name="options">What loss is meant, and the bounds on memory and threads; null for the defaults.</param>
    /// <param name="rows">Results per row that are wanted.</param>
    /// <returns>The reduced loss and the counts.</returns>
    /// <exception cref="ArgumentException">
    /// A length does not match, an output overlaps something, or <see cref="CrossEntropyOptions.MaxWorkspaceBytes"/> is too small; the message says
    /// the least that works. Nothing has been written.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A target or an option is out of range. Nothing has been written.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double, or an option is not supported yet.</exception>
    public static unsafe CrossEntropyResult LossAndGradient<T>(
        OutputLayer<T> layer,
        LabeledBatch<T> batch,
        OutputGradients<T> gradients,
        CrossEntropyOptions? options = null,
        RowResults<T> rows = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options ??= Default;
        Checks.ElementType<T>();
        Checks.Options(options);
        Checks.OptionsIn<T>(options);
        Checks.Count(batch.Rows, "rows");
        int features = Checks.Columns(batch.Hidden.Length, batch.Rows, "hidden", "features");
        int classes = Checks.Classes(layer, gradients, features);
        Checks.Batch(batch, classes, options, rows);
        if (!gradients.Hidden.IsEmpty)
        {
            Checks.Length(gradients.Hidden.Length, batch.Rows, features, "gradients.Hidden", "rows", "features");
        }

        LossTerms terms = LossTerms.Of(batch, classes, options);
        LayerRun<T> run = new(terms.Rows, features, classes, options);

        fixed (T* weights = layer.Weights, bias = layer.Bias, hidden = batch.Hidden, probabilities = batch.TargetProbabilities, rowWeights = batch.RowWeights)
        fixed (T* hiddenGradient = gradients.Hidden, weightGradient = gradients.Weights, biasGradient = gradients.Bias)
        fixed (T* losses = rows.Losses, logSumExp = rows.LogSumExp, norms = rows.GradientNorms)
        fixed (int* targets = batch.Targets, predictions = rows.Predictions)
        fixed (double* classWeights = options.ClassWeights.Span)
        {
            LayerMemory<T> memory = new()
            {
                Features = features,
                Weights = weights,
                Bias = bias,
                Hidden = hidden,
                HiddenGradient = hiddenGradient,
                WeightGradient = weightGradient,
                BiasGradient = biasGradient,
                Terms = terms,
                Accumulates = options.AccumulateGradients,
                Batch = new()
                {
                    Rows = batch.Rows,
                    Classes = classes,
                    Targets = targets,
                    TargetProbabilities = probabilities,
                    RowWeights = rowWeights,
                    ClassWeights = classWeights,
                },
                Outputs = new() { Losses = losses, LogSumExp = logSumExp, Predictions = predictions, GradientNorms = norms },
            };
            MemoryRegions regions = default;
            regions.Input(weights, (long)layer.Weights.Length * sizeof(T), "weights");
            regions.Input(bias, (long)layer.Bias.Length * sizeof(T), "bias");
            regions.Input(hidden, (long)batch.Hidden.Length * sizeof(T), "hidden");
            memory.Batch.AddTo(ref regions);
            regions.Output(hiddenGradient, (long)gradients.Hidden.Length * sizeof(T), "gradients.Hidden");
            regions.Output(weightGradient, (long)gradients.Weights.Length * sizeof(T), "gradients.Weights");
            regions.Output(biasGradient, (long)gradients.Bias.Length * sizeof(T), "gradients.Bias");
            memory.Outputs.AddTo(ref regions, batch.Rows);
            if (terms.Rows == 0 && !options.AccumulateGradients)
            {
                gradients.Weights.Clear();
                gradients.Bias.Clear();
            }

            return run.Run(memory);
        }
    }

    /// <summary>The common case of a layer without bias: the loss of a batch of class indices and both gradients.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="hidden">The hidden vectors, row-major, rows x features.</param>
    /// <param name="weights">The matrix W, row-major, classes x features.</param>
    /// <param name="targets">The true class of each row, or <see cref="CrossEntropyOptions.IgnoreIndex"/>. Its length is the number of rows.</param>
    /// <param name="hiddenGradient">Receives dL/dH, rows x features; empty if not wanted.</param>
    /// <param name="weightGradient">Receives dL/dW, classes x features; empty if not wanted.</param>
    /// <param name="options">What loss is meant, and the bounds on memory and threads; null for the defaults.</param>
    /// <returns>The reduced loss and the counts.</returns>
    /// <exception cref="ArgumentException">
    /// A length does not match, an output overlaps something, or <see cref="CrossEntropyOptions.MaxWorkspaceBytes"/> is too small; the message says
    /// the least that works. Nothing has been written.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A target or an option is out of range. Nothing has been written.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double, or an option is not supported yet.</exception>
    public static CrossEntropyResult LossAndGradient<T>(
        ReadOnlySpan<T> hidden,
        ReadOnlySpan<T> weights,
        ReadOnlySpan<int> targets,
        Span<T> hiddenGradient,
        Span<T> weightGradient,
        CrossEntropyOptions? options = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        LossAndGradient(
            new OutputLayer<T>(weights),
            new LabeledBatch<T>(hidden, targets),
            new OutputGradients<T> { Hidden = hiddenGradient, Weights = weightGradient },
            options);

    /// <summary>
    /// The loss of a batch, its gradient, and one step of an optimiser, in the same pass: the weights are updated block by block and dL/dW is never stored.
    /// </summary>
    public static CrossEntropyResult Step<T, TUpdate>(
        Span<T> weights,
        Span<T> bias,
        LabeledBatch<T> batch,
        TUpdate update,
        Span<T> hiddenGradient = default,
        CrossEntropyOptions? options = null,
        RowResults<T> rows = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TUpdate : IWeightUpdate<T> => throw new NotSupportedException();

    /// <summary>The first half of a layer whose classes are split into shards: each row's softmax over this shard's classes.</summary>
    public static void ShardForward<T>(
        OutputLayer<T> shard, LabeledBatch<T> batch, int firstClass, int classes, Span<SoftmaxState<T>> states, CrossEntropyOptions? options = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => throw new NotSupportedException();

    /// <summary>The second half: this shard's gradients, once the states of all shards are merged.</summary>
    public static CrossEntropyResult ShardBackward<T>(
        OutputLayer<T> shard,
        LabeledBatch<T> batch,
        int firstClass,
        int classes,
        ReadOnlySpan<SoftmaxState<T>> merged,
        OutputGradients<T> gradients,
        CrossEntropyOptions? options = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => throw new NotSupportedException();

    /// <summary>
    /// The memory that <see cref="LossAndGradient{T}(OutputLayer{T}, LabeledBatch{T}, OutputGradients{T}, CrossEntropyOptions?, RowResults{T})"/> uses
    /// beyond its arguments when it computes all gradients.
    /// </summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="rows">The number of rows that count. Fewer can take more: very few rows are worked on in another way.</param>
    /// <param name="features">The number of features.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="options">The options of the call; null for the defaults.</param>
    /// <returns>The bytes, at most <see cref="CrossEntropyOptions.MaxWorkspaceBytes"/>.</returns>
    /// <exception cref="ArgumentException"><see cref="CrossEntropyOptions.MaxWorkspaceBytes"/> is too small; the message says the least that works.</exception>
    /// <exception cref="ArgumentOutOfRangeException">A size is negative, or an option is out of range.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double, or an option is not supported yet.</exception>
    public static long WorkspaceBytes<T>(int rows, int features, int classes, CrossEntropyOptions? options = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options ??= Default;
        Checks.ElementType<T>();
        Checks.Options(options);
        Checks.OptionsIn<T>(options);
        Checks.Count(rows, nameof(rows));
        Checks.Count(features, nameof(features));
        Checks.Count(classes, nameof(classes));
        return new LayerRun<T>(rows, features, classes, options).WorkspaceBytes;
    }
}
