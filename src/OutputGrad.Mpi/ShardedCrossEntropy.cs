using System.Buffers;
using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.ExceptionServices;
using OutputGrad.Mpi.Exchange;

namespace OutputGrad.Mpi;

/// <summary>
/// <see cref="LinearCrossEntropy"/> over the ranks of an MPI program: a layer whose classes are split over ranks, a batch whose rows are,
/// or both in a grid.
/// </summary>
/// <remarks>
/// <para>
/// Each rank has a shard of the layer, the weights of consecutive classes, and never sees the others' weights. Ranks that share rows have
/// the same batch: they exchange two softmax states for each row, two squared norms where rows are clipped, and twice the size of dL/dH
/// where it is asked for. Ranks that share classes exchange twice the size of dL/dW.
/// </para>
/// <para>
/// Before anything is exchanged whose size depends on the caller, the ranks compare what they were called with. Where they disagree, or one
/// of them refuses its arguments, all throw, and no rank has written anything. Where one fails later, in its gradients, all throw as well;
/// by then gradients and parameters of others may have been written.
/// </para>
/// <para>
/// With the classes alone split, loss, dL/dW and dL/db have the bits of the undivided layer if shards begin at multiples of 512 classes,
/// and differ by rounding elsewhere. dL/dH is the sum of the shards' parts in the order of the ranks, with the same bits in all ranks and
/// under every MPI; from the undivided layer's it differs by rounding.
/// </para>
/// </remarks>
public static class ShardedCrossEntropy
{
    private static readonly CrossEntropyOptions Default = new();

    /// <summary>The loss of a batch and the requested gradients of a layer whose classes are split over the ranks.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="communicator">The ranks, in the order of their shards.</param>
    /// <param name="shard">The parameters of this rank's classes.</param>
    /// <param name="batch">
    /// The hidden vectors, and targets among all <paramref name="classes"/>: class indices, or soft targets of rows x classes. The same in
    /// all ranks.
    /// </param>
    /// <param name="firstClass">The first class of this rank's shard: where the shard of the rank before ends.</param>
    /// <param name="classes">The number of classes of all shards.</param>
    /// <param name="gradients">
    /// Where the gradients go: the whole dL/dH in every rank, and dL/dW and dL/db of this rank's classes. A gradient whose span is empty is
    /// not computed; all ranks ask for the same.
    /// </param>
    /// <param name="options">
    /// The loss to compute, and the bounds on memory and threads; null for the defaults. The same in all ranks but for memory and threads.
    /// Class weights are those of all classes.
    /// </param>
    /// <returns>
    /// The loss and the counts of the whole layer, the same in all ranks. <see cref="CrossEntropyResult.FilteredMass"/> is the sum of the
    /// shards', a bound for the layer.
    /// </returns>
    /// <exception cref="ArgumentNullException">The ranks are null.</exception>
    /// <exception cref="ArgumentException">
    /// A length does not match, an output overlaps something, <see cref="CrossEntropyOptions.MaxWorkspaceBytes"/> is too small, or the
    /// ranks disagree; the message says on what, or the least that works.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A target, a row index, an option or the shard's place is out of range.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    /// <exception cref="InvalidOperationException">
    /// Another rank could not do its part, and the message says why; or MPI has been ended, or another thread is in a call of MPI.
    /// </exception>
    /// <exception cref="MpiException">MPI failed; the message has its text.</exception>
    public static CrossEntropyResult LossAndGradient<T>(
        MpiCommunicator communicator,
        OutputLayer<T> shard,
        LabeledBatch<T> batch,
        int firstClass,
        int classes,
        OutputGradients<T> gradients,
        CrossEntropyOptions? options = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(communicator);
        return LossAndGradient(
            new RankLayout(communicator, communicator, Rows: null), shard, batch, firstClass, classes, gradients, options ?? Default);
    }

    /// <summary>The same in a grid of ranks, over which both the classes of the layer and the rows of the batch are split.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="grid">The ranks.</param>
    /// <param name="shard">
    /// The parameters of this rank's classes, which it shares with the ranks of <see cref="MpiGrid.RowRanks"/>: the same numbers in all of
    /// them, which is not compared.
    /// </param>
    /// <param name="batch">
    /// This rank's rows, the same as in the ranks of <see cref="MpiGrid.ClassRanks"/>. Parts of the rows may differ in length.
    /// </param>
    /// <param name="firstClass">The first class of this rank's shard.</param>
    /// <param name="classes">The number of classes of all shards.</param>
    /// <param name="gradients">
    /// Where the gradients go: dL/dH of this rank's rows, and dL/dW and dL/db of its classes, summed over all rows. A gradient whose span
    /// is empty is not computed; all ranks ask for the same.
    /// </param>
    /// <param name="options">
    /// As in the other overload. A mean is over the rows of all ranks; their weights and those of their targets must have positive sums.
    /// </param>
    /// <returns>
    /// The loss and the counts of the whole layer and all rows, the same in all ranks. <see cref="CrossEntropyResult.FilteredMass"/> is the
    /// largest of the parts of the rows.
    /// </returns>
    /// <remarks>
    /// Sums over rows are made part by part and then added up in the order of the ranks: all ranks have the same bits, which differ by
    /// rounding from those of the undivided batch. With <see cref="CrossEntropyOptions.AccumulateGradients"/> and rows that are split,
    /// memory of the size of dL/dW and dL/db is taken besides.
    /// </remarks>
    /// <inheritdoc
    ///   cref="LossAndGradient{T}(MpiCommunicator, OutputLayer{T}, LabeledBatch{T}, int, int, OutputGradients{T}, CrossEntropyOptions?)"
    ///   path="/exception"/>
    public static CrossEntropyResult LossAndGradient<T>(
        MpiGrid grid,
        OutputLayer<T> shard,
        LabeledBatch<T> batch,
        int firstClass,
        int classes,
        OutputGradients<T> gradients,
        CrossEntropyOptions? options = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ArgumentNullException.ThrowIfNull(grid);
        options ??= Default;
        RankLayout ranks = new(grid.Ranks, grid.ClassRanks, grid.RowRanks);
        return options.AccumulateGradients && grid.RowParts > 1
            ? Accumulate(ranks, shard, batch, firstClass, classes, gradients, options)
            : LossAndGradient(ranks, shard, batch, firstClass, classes, gradients, options);
    }

    /// <summary>
    /// One step of an optimizer on a layer whose classes are split over the ranks: each rank moves the weights and bias of its own classes.
    /// The gradient dL/dW exists only block by block, so that no memory of its size is needed.
    /// </summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <typeparam name="TUpdate">
    /// The optimizer: <see cref="Sgd{T}"/>, <see cref="Momentum{T}"/>, <see cref="AdamW{T}"/> or one of your own. Its memory is for this
    /// rank's parameters alone.
    /// </typeparam>
    /// <param name="communicator">The ranks, in the order of their shards.</param>
    /// <param name="weights">The weights of this rank's classes, row-major, its classes x features. Moved.</param>
    /// <param name="bias">The biases of its classes, or empty. Moved.</param>
    /// <param name="batch">
    /// The hidden vectors, and targets among all <paramref name="classes"/>: class indices, or soft targets of rows x classes. The same in
    /// all ranks.
    /// </param>
    /// <param name="firstClass">The first class of this rank's shard: where the shard of the rank before ends.</param>
    /// <param name="classes">The number of classes of all shards.</param>
    /// <param name="update">
    /// How parameters move. It receives every parameter of this rank once, by its position among the rank's own.
    /// </param>
    /// <param name="hiddenGradient">
    /// Receives the whole dL/dH, rows x features, computed from the weights before the step; empty if not requested. All ranks ask alike.
    /// </param>
    /// <param name="options">
    /// The loss to compute, and the bounds on memory and threads; null for the defaults. The same in all ranks but for memory and threads.
    /// </param>
    /// <returns>The loss before the step and the counts of the whole layer, the same in all ranks.</returns>
    /// <remarks>
    /// Where shards begin at multiples of 512 classes, the parameters get the bits of <see cref="LinearCrossEntropy.Step"/> on the
    /// undivided layer. An exception of the optimizer, or memory of it that does not fit, is known only in the second half: all ranks
    /// throw, but some have moved.
    /// </remarks>
    /// <exception cref="ArgumentNullException">The ranks or the optimizer are null.</exception>
    /// <exception cref="ArgumentException">
    /// A length does not match, an output overlaps something, <see cref="CrossEntropyOptions.AccumulateGradients"/> is set,
    /// <see cref="CrossEntropyOptions.MaxWorkspaceBytes"/> is too small, or the ranks disagree; the message says on what, or the least that
    /// works.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException">A target, a row index, an option or the shard's place is out of range.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    /// <exception cref="InvalidOperationException">
    /// Another rank could not do its part, and the message says why; or MPI has been ended, or another thread is in a call of MPI.
    /// </exception>
    /// <exception cref="MpiException">MPI failed; the message has its text.</exception>
    public static CrossEntropyResult Step<T, TUpdate>(
        MpiCommunicator communicator,
        Span<T> weights,
        Span<T> bias,
        LabeledBatch<T> batch,
        int firstClass,
        int classes,
        TUpdate update,
        Span<T> hiddenGradient = default,
        CrossEntropyOptions? options = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TUpdate : IWeightUpdate<T>
    {
        ArgumentNullException.ThrowIfNull(communicator);
        ArgumentNullException.ThrowIfNull(update);
        ShardedCall<T> call = new(
            new(communicator, communicator, Rows: null), new(weights, bias), batch, firstClass, classes)
        {
            Operation = ShardedOperation.Step,
            Options = options ?? Default,
            Gradients = new() { Hidden = hiddenGradient },
        };
        SoftmaxState<T>[] merged = call.MergedStates();
        SquaredNorm[] squaredNorms = call.MergedNorms(merged);
        CrossEntropyResult result = default;
        ExceptionDispatchInfo? failure = null;
        try
        {
            result = LinearCrossEntropy.ShardStep(
                weights, bias, batch, firstClass, classes, merged, update, hiddenGradient, call.Options, squaredNorms);
        }
        catch (Exception e)
        {
            failure = ExceptionDispatchInfo.Capture(e);
        }

        return call.Finish(result, failure);
    }

    /// <summary>The same in a grid of ranks, over which both the classes of the layer and the rows of the batch are split.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <typeparam name="TUpdate">The optimizer.</typeparam>
    /// <param name="grid">The ranks.</param>
    /// <param name="weights">
    /// The weights of this rank's classes, the same numbers in all ranks of <see cref="MpiGrid.RowRanks"/>. Moved, alike in all of them.
    /// </param>
    /// <param name="bias">The biases of its classes, or empty. Moved.</param>
    /// <param name="batch">
    /// This rank's rows, the same as in the ranks of <see cref="MpiGrid.ClassRanks"/>. Parts of the rows may differ in length.
    /// </param>
    /// <param name="firstClass">The first class of this rank's shard.</param>
    /// <param name="classes">The number of classes of all shards.</param>
    /// <param name="update">
    /// How parameters move, with memory for all of this rank's classes. Where rows are split, each of the ranks that share classes moves a
    /// slice of the parameters, always the same one, and the others get it: only that slice of the memory is used.
    /// </param>
    /// <param name="hiddenGradient">
    /// Receives dL/dH of this rank's rows, rows x features; empty if not requested. All ranks ask alike.
    /// </param>
    /// <param name="options">
    /// The loss to compute, and the bounds on memory and threads; null for the defaults. A mean is over the rows of all ranks; their
    /// weights and those of their targets must have positive sums.
    /// </param>
    /// <returns>The loss before the step and the counts of the whole layer and all rows, the same in all ranks.</returns>
    /// <remarks>
    /// Where rows are split, dL/dW of this rank's classes is stored to be summed, and with a filter on the weights every class is moved:
    /// what one part of the rows filters out another may have. With one part of the rows all is as in the other overload.
    /// </remarks>
    /// <inheritdoc
    ///   cref="Step{T, TUpdate}(MpiCommunicator, Span{T}, Span{T}, LabeledBatch{T}, int, int, TUpdate, Span{T}, CrossEntropyOptions?)"
    ///   path="/exception"/>
    public static CrossEntropyResult Step<T, TUpdate>(
        MpiGrid grid,
        Span<T> weights,
        Span<T> bias,
        LabeledBatch<T> batch,
        int firstClass,
        int classes,
        TUpdate update,
        Span<T> hiddenGradient = default,
        CrossEntropyOptions? options = null)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
        where TUpdate : IWeightUpdate<T>
    {
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentNullException.ThrowIfNull(update);
        if (grid.RowParts == 1)
        {
            return Step(grid.Ranks, weights, bias, batch, firstClass, classes, update, hiddenGradient, options);
        }

        T[] gradient = ArrayPool<T>.Shared.Rent(weights.Length + bias.Length);
        try
        {
            OutputGradients<T> gradients = new()
            {
                Hidden = hiddenGradient,
                Weights = gradient.AsSpan(0, weights.Length),
                Bias = gradient.AsSpan(weights.Length, bias.Length),
            };
            ShardedCall<T> call = new(
                new(grid.Ranks, grid.ClassRanks, grid.RowRanks), new(weights, bias), batch, firstClass, classes)
            {
                Operation = ShardedOperation.Step,
                Options = options ?? Default,
                Gradients = new() { Hidden = hiddenGradient },
            };
            SoftmaxState<T>[] merged = call.MergedStates();
            CrossEntropyResult result = Backward(call, new(weights, bias), batch, (firstClass, classes), merged, gradients);
            ExceptionDispatchInfo? failure = SlicedUpdate.Apply(grid.RowRanks, weights, gradients.Weights, 0, update);
            failure ??= SlicedUpdate.Apply(grid.RowRanks, bias, gradients.Bias, weights.Length, update);
            _ = Agreement<int>.Share(grid.Ranks, 0, failure);
            return result;
        }
        finally
        {
            ArrayPool<T>.Shared.Return(gradient);
        }
    }

    private static CrossEntropyResult LossAndGradient<T>(
        RankLayout ranks,
        OutputLayer<T> shard,
        LabeledBatch<T> batch,
        int firstClass,
        int classes,
        OutputGradients<T> gradients,
        CrossEntropyOptions options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        ShardedCall<T> call = new(ranks, shard, batch, firstClass, classes)
        {
            Operation = ShardedOperation.LossAndGradient,
            Options = options,
            Gradients = gradients,
        };
        SoftmaxState<T>[] merged = call.MergedStates();
        return Backward(call, shard, batch, (firstClass, classes), merged, gradients);
    }

    private static CrossEntropyResult Backward<T>(
        ShardedCall<T> call,
        OutputLayer<T> shard,
        LabeledBatch<T> batch,
        (int First, int All) classes,
        SoftmaxState<T>[] merged,
        OutputGradients<T> gradients)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        SquaredNorm[] squaredNorms = call.MergedNorms(merged);
        CrossEntropyResult result = default;
        ExceptionDispatchInfo? failure = null;
        try
        {
            result = LinearCrossEntropy.ShardBackward(
                shard, batch, classes.First, classes.All, merged, gradients, call.Options, squaredNorms);
        }
        catch (Exception e)
        {
            failure = ExceptionDispatchInfo.Capture(e);
        }

        return call.Finish(result, failure);
    }

    /// <summary>Sums this batch's gradients over the ranks before they are added to what is there: that is in every rank already.</summary>
    private static CrossEntropyResult Accumulate<T>(
        RankLayout ranks,
        OutputLayer<T> shard,
        LabeledBatch<T> batch,
        int firstClass,
        int classes,
        OutputGradients<T> gradients,
        CrossEntropyOptions options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] own = ArrayPool<T>.Shared.Rent(gradients.Weights.Length + gradients.Bias.Length);
        try
        {
            OutputGradients<T> added = new()
            {
                Hidden = gradients.Hidden,
                Weights = own.AsSpan(0, gradients.Weights.Length),
                Bias = own.AsSpan(gradients.Weights.Length, gradients.Bias.Length),
            };
            CrossEntropyResult result = LossAndGradient(
                ranks, shard, batch, firstClass, classes, added, options with { AccumulateGradients = false });
            TensorPrimitives.Add(gradients.Weights, added.Weights, gradients.Weights);
            TensorPrimitives.Add(gradients.Bias, added.Bias, gradients.Bias);
            return result;
        }
        finally
        {
            ArrayPool<T>.Shared.Return(own);
        }
    }
}
