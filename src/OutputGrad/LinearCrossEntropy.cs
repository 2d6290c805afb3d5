using System.Numerics;
using OutputGrad.Engine.Arguments;
using OutputGrad.Engine.Calls;
using OutputGrad.Engine.Optimizers;

namespace OutputGrad;

/// <summary>
/// A model's output layer and its loss in one: logits z = W h + b, softmax, cross-entropy, and the gradients of all parameters and of the
/// hidden vectors. It processes a bounded chunk of rows at a time and never holds a matrix of rows x classes.
/// </summary>
/// <remarks>
/// <para>
/// With p = softmax(z), the target q, and the residual g_n = p_n - q_n of row n:
/// </para>
/// <code>
/// dL/dW = sum_n g_n (x) h_n        dL/db = sum_n g_n        dL/dH = G W
/// </code>
/// <para>
/// The loss, its options, NaN and infinity are those of <see cref="SoftmaxCrossEntropy"/>. A NaN in a hidden vector stays in its row's
/// results and, through the sum over rows, reaches dL/dW and dL/db; a NaN in an ignored row affects no result.
/// </para>
/// <para>
/// All lengths, targets, row indices, options and overlaps are checked before anything is written. Products of sizes are taken in 64
/// bits.
/// </para>
/// <para>
/// No argument may change while a call runs. If one does, the results are unspecified or an exception says so, but nothing outside the
/// spans is read or written: every target and row index is checked where it is used.
/// </para>
/// </remarks>
/// <example>
/// <code>
/// float[] weights = new float[3 * 2], bias = new float[3];                // 3 classes x 2 features
/// float[] hidden = [1f, 2f, -1f, .5f];                                    // 2 rows x 2 features
/// int[] targets = [2, 1];
/// float[] weightGradient = new float[6], biasGradient = new float[3], hiddenGradient = new float[4];
///
/// LabeledBatch&lt;float> batch = new(hidden, targets);
/// CrossEntropyResult result = LinearCrossEntropy.LossAndGradient(
///     new OutputLayer&lt;float>(weights, bias),
///     batch,
///     new OutputGradients&lt;float> { Weights = weightGradient, Bias = biasGradient, Hidden = hiddenGradient });
/// Console.WriteLine($"{result.Loss:F4}");                                 // 1.0986
///
/// for (int step = 0; step &lt; 10; step++)
/// {
///     result = LinearCrossEntropy.Step(weights, bias, batch, new Sgd&lt;float>(.5));
/// }
///
/// Console.WriteLine($"{result.Loss:F4}, {result.Correct} of 2 right");    // 0.1200, 2 of 2 right
/// </code>
/// </example>
public static class LinearCrossEntropy
{
    private static readonly CrossEntropyOptions Default = new();

    /// <summary>The loss of a batch, without gradients.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="layer">The layer's parameters.</param>
    /// <param name="batch">The hidden vectors and their targets.</param>
    /// <param name="options">The loss to compute, and the bounds on memory and threads; null for the defaults.</param>
    /// <param name="rows">Where the requested results per row go.</param>
    /// <returns>The reduced loss and the counts.</returns>
    /// <exception cref="ArgumentException">
    /// A length does not match, an output overlaps something, or <see cref="CrossEntropyOptions.MaxWorkspaceBytes"/> is too small; the
    /// message says the least that works. Nothing has been written.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A target, a row index or an option is out of range. Nothing has been written.
    /// </exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static CrossEntropyResult Loss<T>(
        OutputLayer<T> layer, LabeledBatch<T> batch, CrossEntropyOptions? options = null, RowResults<T> rows = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        LossAndGradient(layer, batch, default, options, rows);

    /// <summary>The loss of a batch and the requested gradients.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="layer">The layer's parameters.</param>
    /// <param name="batch">The hidden vectors and their targets.</param>
    /// <param name="gradients">Where the gradients go; a gradient whose span is empty is not computed.</param>
    /// <param name="options">The loss to compute, and the bounds on memory and threads; null for the defaults.</param>
    /// <param name="rows">Where the requested results per row go.</param>
    /// <returns>The reduced loss and the counts.</returns>
    /// <inheritdoc cref="Loss{T}" path="/exception"/>
    public static CrossEntropyResult LossAndGradient<T>(
        OutputLayer<T> layer,
        LabeledBatch<T> batch,
        OutputGradients<T> gradients,
        CrossEntropyOptions? options = null,
        RowResults<T> rows = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new LayerCall<T>(layer, batch, options ?? Default) { Gradients = gradients, Rows = rows }.Run();

    /// <summary>The common case of a layer without bias: the loss of a batch of class indices and both gradients.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="hidden">The hidden vectors, row-major, rows x features.</param>
    /// <param name="weights">The matrix W, row-major, classes x features.</param>
    /// <param name="targets">
    /// The true class of each row, or <see cref="CrossEntropyOptions.IgnoreIndex"/>. Its length is the number of rows.
    /// </param>
    /// <param name="hiddenGradient">Receives dL/dH, rows x features; empty if not requested.</param>
    /// <param name="weightGradient">Receives dL/dW, classes x features; empty if not requested.</param>
    /// <param name="options">The loss to compute, and the bounds on memory and threads; null for the defaults.</param>
    /// <returns>The reduced loss and the counts.</returns>
    /// <inheritdoc cref="Loss{T}" path="/exception"/>
    public static CrossEntropyResult LossAndGradient<T>(
        ReadOnlySpan<T> hidden,
        ReadOnlySpan<T> weights,
        ReadOnlySpan<int> targets,
        Span<T> hiddenGradient,
        Span<T> weightGradient,
        CrossEntropyOptions? options = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        new LayerCall<T>(new(weights), new(hidden, targets), options ?? Default)
        {
            Gradients = new() { Hidden = hiddenGradient, Weights = weightGradient },
            Names = GradientNames.Arguments,
        }.Run();

    /// <summary>
    /// One step of an optimizer: computes the loss of a batch and its gradients, and moves the weights and bias in the same pass. The
    /// gradient dL/dW exists only block by block, so that no memory of its size is needed.
    /// </summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <typeparam name="TUpdate">
    /// The optimizer: <see cref="Sgd{T}"/>, <see cref="Momentum{T}"/>, <see cref="AdamW{T}"/> or one of your own.
    /// </typeparam>
    /// <param name="weights">The matrix W, row-major, classes x features. Moved.</param>
    /// <param name="bias">The vector b, one per class, or empty. Moved.</param>
    /// <param name="batch">The hidden vectors and their targets.</param>
    /// <param name="update">How parameters move. It receives every parameter once.</param>
    /// <param name="hiddenGradient">
    /// Receives dL/dH, rows x features, computed from the weights before the step; empty if not requested.
    /// </param>
    /// <param name="options">The loss to compute, and the bounds on memory and threads; null for the defaults.</param>
    /// <param name="rows">Where the requested results per row go.</param>
    /// <returns>The reduced loss before the step, and the counts.</returns>
    /// <remarks>
    /// The parameters get the same bits as from
    /// <see cref="LossAndGradient{T}(OutputLayer{T}, LabeledBatch{T}, OutputGradients{T}, CrossEntropyOptions?, RowResults{T})"/> with the
    /// same options, followed by the same update of all parameters. All rows of the batch are evaluated with the weights before the step:
    /// where the batch is processed in several chunks, the logits are computed twice. A batch in which no row counts has a gradient of
    /// zeros; decay and momentum still act.
    /// <para>
    /// With <see cref="CrossEntropyOptions.WeightFilterThreshold"/> the update is lazy: 8 classes whose whole gradient was filtered out are
    /// not passed to the optimizer. They keep their weights, biases and optimizer state; decay and momentum act only on the other classes.
    /// </para>
    /// <para>
    /// An exception of the optimizer reaches the caller unchanged; by then some parameters have moved and others have not.
    /// </para>
    /// </remarks>
    /// <exception cref="ArgumentException">
    /// A length does not match, an output overlaps something, <see cref="CrossEntropyOptions.AccumulateGradients"/> is set, or
    /// <see cref="CrossEntropyOptions.MaxWorkspaceBytes"/> is too small; the message says the least that works. Nothing has been written.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A target, a row index or an option is out of range. Nothing has been written.
    /// </exception>
    /// <exception cref="NotSupportedException">
    /// T is neither float nor double. Weights of 16 bits would lose most updates to rounding: keep them in float and convert those.
    /// </exception>
    public static CrossEntropyResult Step<T, TUpdate>(
        Span<T> weights,
        Span<T> bias,
        LabeledBatch<T> batch,
        TUpdate update,
        Span<T> hiddenGradient = default,
        CrossEntropyOptions? options = null,
        RowResults<T> rows = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TUpdate : IWeightUpdate<T>
    {
        ArgumentNullException.ThrowIfNull(update);
        options ??= Default;
        Checks.UpdatedType<T>();
        IOptimizerMemory<T>? memory = update as IOptimizerMemory<T>;
        memory?.Check(weights, bias);
        OptionChecks.NoAccumulation(options);
        CrossEntropyResult result = new LayerCall<T>(new(weights, bias), batch, options)
        {
            Gradients = new() { Hidden = hiddenGradient },
            Names = GradientNames.Arguments,
            Rows = rows,
            Update = WeightUpdate<T>.Of(ref update),
            FirstState = memory is null ? default : memory.First,
            SecondState = memory is null ? default : memory.Second,
        }.Run();
        if (result.Rows == 0 && options.WeightFilterThreshold == 0)
        {
            WeightUpdate<T>.ApplyZeros(update, weights, bias);
        }

        return result;
    }

    /// <summary>
    /// The first half of a layer whose classes are split over processes, machines or files: computes each row's softmax over this shard's
    /// classes. Merge the states of all shards, row by row, with <see cref="SoftmaxState{T}.Merge"/>.
    /// </summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="shard">The parameters of this shard's classes.</param>
    /// <param name="batch">
    /// The hidden vectors, and targets among all <paramref name="classes"/>: class indices, or soft targets of rows x classes, of which the
    /// columns of this shard's classes are read.
    /// </param>
    /// <param name="firstClass">The first class of this shard.</param>
    /// <param name="classes">The number of classes of all shards.</param>
    /// <param name="states">Receives a state per row; <see cref="SoftmaxState{T}.Empty"/> for rows that do not count.</param>
    /// <param name="options">
    /// The loss to compute, and the bounds on memory and threads; null for the defaults. Class weights are those of all classes.
    /// </param>
    /// <exception cref="ArgumentException">
    /// A length does not match, an output overlaps something, or <see cref="CrossEntropyOptions.MaxWorkspaceBytes"/> is too small; the
    /// message says the least that works. Nothing has been written.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A target, a row index, an option or the shard's place is out of range. Nothing has been written.
    /// </exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static void ShardForward<T>(
        OutputLayer<T> shard,
        LabeledBatch<T> batch,
        int firstClass,
        int classes,
        Span<SoftmaxState<T>> states,
        CrossEntropyOptions? options = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options ??= Default;
        ShardChecks.Check(shard, batch, firstClass, classes, options);
        Checks.Length(states.Length, batch.SelectedRows, nameof(states), "rows");
        new LayerCall<T>(shard, batch, options) { Shard = (firstClass, classes), States = states }.Run();
    }

    /// <summary>
    /// What lies between both halves where <see cref="CrossEntropyOptions.MaxRowGradientNorm"/> clips rows: computes the squared norm of
    /// each row's residual over this shard's classes. Merge those of all shards, row by row, with <see cref="SquaredNorm.Merge"/>.
    /// </summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="shard">The parameters of this shard's classes.</param>
    /// <param name="batch">The same batch as in <see cref="ShardForward"/>.</param>
    /// <param name="firstClass">The first class of this shard.</param>
    /// <param name="classes">The number of classes of all shards.</param>
    /// <param name="merged">As in <see cref="ShardBackward"/>.</param>
    /// <param name="squaredNorms">Receives one for each row; 0 for rows that do not count.</param>
    /// <param name="options">The same options as in <see cref="ShardForward"/>.</param>
    /// <remarks>The logits are computed once more.</remarks>
    /// <inheritdoc cref="ShardForward{T}" path="/exception"/>
    public static void ShardSquaredNorms<T>(
        OutputLayer<T> shard,
        LabeledBatch<T> batch,
        int firstClass,
        int classes,
        ReadOnlySpan<SoftmaxState<T>> merged,
        Span<SquaredNorm> squaredNorms,
        CrossEntropyOptions? options = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options ??= Default;
        ShardChecks.Check(shard, batch, firstClass, classes, options);
        ShardChecks.Merged(merged, batch, options);
        Checks.Length(squaredNorms.Length, batch.SelectedRows, nameof(squaredNorms), "rows");
        new LayerCall<T>(shard, batch, options) { Shard = (firstClass, classes), Merged = merged, SquaredNorms = squaredNorms }.Run();
    }

    /// <summary>
    /// The second half of a layer whose classes are split: computes this shard's gradients and the loss of the whole layer from the merged
    /// states of all shards.
    /// </summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="shard">The parameters of this shard's classes.</param>
    /// <param name="batch">The same batch as in <see cref="ShardForward"/>.</param>
    /// <param name="firstClass">The first class of this shard.</param>
    /// <param name="classes">The number of classes of all shards.</param>
    /// <param name="merged">
    /// Each row's softmax over all classes. With soft targets or label smoothing whole states, not made of three numbers.
    /// </param>
    /// <param name="gradients">
    /// Where this shard's gradients go; a gradient whose span is empty is not computed. <see cref="OutputGradients{T}.Hidden"/> receives
    /// this shard's part of dL/dH: the sum of all shards' parts is the gradient.
    /// </param>
    /// <param name="options">The same options as in <see cref="ShardForward"/>.</param>
    /// <param name="squaredNorms">
    /// The squared norm of each row's residual over all classes, from <see cref="ShardSquaredNorms"/> and merged; where
    /// <see cref="CrossEntropyOptions.MaxRowGradientNorm"/> is set and dL/dW or dL/db is asked for. Else it may be empty.
    /// </param>
    /// <returns>
    /// The loss and the counts of the whole layer. <see cref="CrossEntropyResult.FilteredMass"/> is this shard's own; the sum over the
    /// shards is a bound for the layer.
    /// </returns>
    /// <remarks>
    /// Loss, dL/dW and dL/db have the same bits as those of the whole layer if shards begin at multiples of 512 classes and whole states
    /// were merged, in any order: those of this process, or read by <see cref="SoftmaxState{T}.ReadFrom"/>. Otherwise they differ by
    /// rounding.
    /// </remarks>
    /// <inheritdoc cref="ShardForward{T}" path="/exception"/>
    public static CrossEntropyResult ShardBackward<T>(
        OutputLayer<T> shard,
        LabeledBatch<T> batch,
        int firstClass,
        int classes,
        ReadOnlySpan<SoftmaxState<T>> merged,
        OutputGradients<T> gradients,
        CrossEntropyOptions? options = null,
        ReadOnlySpan<SquaredNorm> squaredNorms = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options ??= Default;
        ShardChecks.Check(shard, batch, firstClass, classes, options);
        ShardChecks.Merged(merged, batch, options);
        ShardChecks.MergedNorms(squaredNorms, batch, !gradients.Weights.IsEmpty || !gradients.Bias.IsEmpty, options);
        return new LayerCall<T>(shard, batch, options)
        {
            Shard = (firstClass, classes),
            Merged = merged,
            MergedNorms = squaredNorms,
            Gradients = gradients,
        }.Run();
    }

    /// <summary>
    /// The second half of a step of an optimizer on a layer whose classes are split: <see cref="ShardBackward"/> that moves this shard's
    /// weights and bias in the same pass. The gradient dL/dW exists only block by block, so that no memory of its size is needed.
    /// </summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <typeparam name="TUpdate">
    /// The optimizer: <see cref="Sgd{T}"/>, <see cref="Momentum{T}"/>, <see cref="AdamW{T}"/> or one of your own. Its memory is for this
    /// shard's parameters alone.
    /// </typeparam>
    /// <param name="weights">This shard's part of the matrix W, row-major, its classes x features. Moved.</param>
    /// <param name="bias">The biases of its classes, or empty. Moved.</param>
    /// <param name="batch">The same batch as in <see cref="ShardForward"/>.</param>
    /// <param name="firstClass">The first class of this shard.</param>
    /// <param name="classes">The number of classes of all shards.</param>
    /// <param name="merged">Each row's softmax over all classes, all of it computed before any shard's step.</param>
    /// <param name="update">
    /// How parameters move. It receives every parameter of this shard once, by its position among the shard's own.
    /// </param>
    /// <param name="hiddenGradient">
    /// Receives this shard's part of dL/dH, rows x features, computed from the weights before the step; empty if not requested. The sum of
    /// all shards' parts is the gradient.
    /// </param>
    /// <param name="options">The same options as in <see cref="ShardForward"/>.</param>
    /// <param name="squaredNorms">
    /// The squared norm of each row's residual over all classes, from <see cref="ShardSquaredNorms"/> and merged; where
    /// <see cref="CrossEntropyOptions.MaxRowGradientNorm"/> is set. Else it may be empty.
    /// </param>
    /// <returns>
    /// The loss before the step and the counts of the whole layer. <see cref="CrossEntropyResult.FilteredMass"/> is this shard's own.
    /// </returns>
    /// <remarks>
    /// The parameters get the same bits as from <see cref="ShardBackward"/> followed by the same update, and so, where shards begin at
    /// multiples of 512 classes and whole states were merged, the same bits as from <see cref="Step"/> on the whole layer. All else is as
    /// in <see cref="Step"/>: a batch in which no row counts has a gradient of zeros, a filter on the weights makes the update lazy, and an
    /// exception of the optimizer reaches the caller after some parameters have moved.
    /// </remarks>
    /// <exception cref="ArgumentException">
    /// A length does not match, an output overlaps something, <see cref="CrossEntropyOptions.AccumulateGradients"/> is set, or
    /// <see cref="CrossEntropyOptions.MaxWorkspaceBytes"/> is too small; the message says the least that works. Nothing has been written.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A target, a row index, an option or the shard's place is out of range. Nothing has been written.
    /// </exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static CrossEntropyResult ShardStep<T, TUpdate>(
        Span<T> weights,
        Span<T> bias,
        LabeledBatch<T> batch,
        int firstClass,
        int classes,
        ReadOnlySpan<SoftmaxState<T>> merged,
        TUpdate update,
        Span<T> hiddenGradient = default,
        CrossEntropyOptions? options = null,
        ReadOnlySpan<SquaredNorm> squaredNorms = default)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TUpdate : IWeightUpdate<T>
    {
        ArgumentNullException.ThrowIfNull(update);
        options ??= Default;
        Checks.UpdatedType<T>();

        // as in Step and not shared with it: an optimizer that is seen as an interface and handed on would be allocated
        IOptimizerMemory<T>? memory = update as IOptimizerMemory<T>;
        memory?.Check(weights, bias);
        OptionChecks.NoAccumulation(options);
        ShardChecks.Check(new(weights, bias), batch, firstClass, classes, options);
        ShardChecks.Merged(merged, batch, options);
        ShardChecks.MergedNorms(squaredNorms, batch, hasParameterGradient: true, options);
        CrossEntropyResult result = new LayerCall<T>(new(weights, bias), batch, options)
        {
            Shard = (firstClass, classes),
            Merged = merged,
            MergedNorms = squaredNorms,
            Gradients = new() { Hidden = hiddenGradient },
            Names = GradientNames.Arguments,
            Update = WeightUpdate<T>.Of(ref update),
            FirstState = memory is null ? default : memory.First,
            SecondState = memory is null ? default : memory.Second,
        }.Run();
        if (result.Rows == 0 && options.WeightFilterThreshold == 0)
        {
            WeightUpdate<T>.ApplyZeros(update, weights, bias);
        }

        return result;
    }

    /// <summary>
    /// The memory that a call uses beyond its arguments: <see cref="Step"/>, or
    /// <see cref="LossAndGradient{T}(OutputLayer{T}, LabeledBatch{T}, OutputGradients{T}, CrossEntropyOptions?, RowResults{T})"/> with all
    /// gradients.
    /// </summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="rows">The number of rows that count. Fewer rows can take more memory: very few rows take another path.</param>
    /// <param name="features">The number of features.</param>
    /// <param name="classes">The number of classes.</param>
    /// <param name="options">The options of the call; null for the defaults.</param>
    /// <param name="use">Which call the memory is for.</param>
    /// <returns>The bytes, at most <see cref="CrossEntropyOptions.MaxWorkspaceBytes"/>.</returns>
    /// <exception cref="ArgumentException">
    /// <see cref="CrossEntropyOptions.MaxWorkspaceBytes"/> is too small; the message says the least that works.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A size is negative, or an option or <paramref name="use"/> is out of range.
    /// </exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static long WorkspaceBytes<T>(
        int rows, int features, int classes, CrossEntropyOptions? options = null, WorkspaceUse use = WorkspaceUse.Gradient)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options ??= Default;
        LayerChecks.Sizes<T>(rows, features, classes, options);
        return use switch
        {
            WorkspaceUse.Gradient => LayerStrategy<T>.ForGradient(rows, features, classes, options).WorkspaceBytes,
            WorkspaceUse.Step => LayerStrategy<T>.ForUpdate(rows, features, classes, options).WorkspaceBytes,
            _ => throw new ArgumentOutOfRangeException(nameof(use), use, $"use is {use}; it must be Gradient or Step."),
        };
    }

    /// <summary>
    /// The memory that <see cref="ShardForward"/> or <see cref="ShardBackward"/> uses beyond its arguments when it computes all gradients.
    /// </summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="rows">The number of rows that count.</param>
    /// <param name="features">The number of features.</param>
    /// <param name="shardClasses">The number of this shard's classes.</param>
    /// <param name="classes">The number of classes of all shards.</param>
    /// <param name="options">The options of the call; null for the defaults.</param>
    /// <returns>The bytes, at most <see cref="CrossEntropyOptions.MaxWorkspaceBytes"/>.</returns>
    /// <exception cref="ArgumentException">
    /// <see cref="CrossEntropyOptions.MaxWorkspaceBytes"/> is too small; the message says the least that works.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">
    /// A size is negative, a shard has more classes than there are, or an option is out of range.
    /// </exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static long ShardWorkspaceBytes<T>(int rows, int features, int shardClasses, int classes, CrossEntropyOptions? options = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        options ??= Default;
        LayerChecks.Sizes<T>(rows, features, classes, options);
        ShardChecks.CheckClasses(shardClasses, classes);
        return LayerStrategy<T>.ForShard(rows, features, (shardClasses, classes), options).WorkspaceBytes;
    }
}
