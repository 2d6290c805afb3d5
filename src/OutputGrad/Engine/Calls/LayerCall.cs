using System.Numerics;
using OutputGrad.Engine.Arguments;
using OutputGrad.Engine.Loss;
using OutputGrad.Engine.Optimizers;
using OutputGrad.Engine.Simd;

namespace OutputGrad.Engine.Calls;

/// <summary>A call on the layer, or on a shard of it, as it comes from the caller: checks it, pins it and has it run.</summary>
internal ref struct LayerCall<T>(OutputLayer<T> layer, LabeledBatch<T> batch, CrossEntropyOptions options)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly OutputLayer<T> _layer = layer;
    private readonly LabeledBatch<T> _batch = batch;
    private readonly CrossEntropyOptions _options = options;

    // taken once: memory of the caller's own may be another each time that it is asked for
    private readonly ReadOnlySpan<double> _classWeights = options.ClassWeights.Span;

    public OutputGradients<T> Gradients { get; init; }

    /// <summary>What the caller calls the gradients.</summary>
    public GradientNames Names { get; init; } = GradientNames.Members;

    public RowResults<T> Rows { get; init; }

    /// <summary>The optimizer that moves the layer's weights, which then are also an output.</summary>
    public WeightUpdate<T> Update { get; init; }

    /// <summary>What the optimizer writes beside the weights, where it is one of this library.</summary>
    public OptimizerState<T> FirstState { get; init; }

    public OptimizerState<T> SecondState { get; init; }

    /// <summary>
    /// Where the layer's classes stand among those that targets speak of, where it is a shard; null where it is the whole.
    /// </summary>
    public (int FirstClass, int Classes)? Shard { get; init; }

    /// <summary>Where each row's softmax over the shard goes.</summary>
    public Span<SoftmaxState<T>> States { get; init; }

    /// <summary>Each row's softmax over all shards.</summary>
    public ReadOnlySpan<SoftmaxState<T>> Merged { get; init; }

    /// <summary>Where the squared norm of each row's residual over the shard goes.</summary>
    public Span<SquaredNorm> SquaredNorms { get; init; }

    /// <summary>Those over all shards.</summary>
    public ReadOnlySpan<SquaredNorm> MergedNorms { get; init; }

    /// <summary>Whether it is the softmax itself that is wanted, of a batch without targets.</summary>
    public bool IsSoftmax { get; init; }

    /// <summary>Then where it goes.</summary>
    public SoftmaxSpans<T> Softmax { get; init; }

    private readonly bool HasParameterGradient => !Gradients.Weights.IsEmpty || !Gradients.Bias.IsEmpty || Update.IsWanted;

    /// <summary>Whether nothing is wanted for which residuals are needed.</summary>
    private readonly bool IsForwardOnly => Gradients.Hidden.IsEmpty && !HasParameterGradient && Rows.GradientNorms.IsEmpty;

    public readonly CrossEntropyResult Run()
    {
        (int features, int classes) = Check();
        if (IsSoftmax && Softmax.All.IsEmpty && Softmax.TopClasses.IsEmpty)
        {
            return default;
        }

        (int firstClass, int allClasses) = Shard ?? (0, classes);
        LossTerms terms = IsSoftmax
            ? LossTerms.OfSoftmax(classes, _batch.Rows, _options)
            : LossTerms.Of(_batch, allClasses, _classWeights, _options);
        LayerStrategy<T> strategy = (Update.IsWanted, Shard is not null) switch
        {
            (false, false) => LayerStrategy<T>.ForGradient(terms.Rows, features, classes, _options),
            (true, false) => LayerStrategy<T>.ForUpdate(terms.Rows, features, classes, _options),
            (false, true) => LayerStrategy<T>.ForShard(terms.Rows, features, (classes, allClasses), _options),
            (true, true) => LayerStrategy<T>.ForShardUpdate(terms.Rows, features, (classes, allClasses), _options),
        };
        strategy = IsForwardOnly && Shard is null ? strategy.ForForward() : strategy;
        return RunPinned(terms, (features, classes, firstClass, allClasses), strategy);
    }

    /// <summary>Options and lengths, and what they say of the layer.</summary>
    private readonly (int Features, int Classes) Check()
    {
        Checks.ElementType<T>();
        OptionChecks.Check<T>(_options);
        OptionChecks.ClassWeights(_classWeights);
        Checks.NotNegative(_batch.Rows, "rows");
        int features = Checks.Columns(_batch.StoredHidden.Length, _batch.Rows, "hidden", "features");
        int classes = LayerChecks.CountClasses(_layer, Gradients, Names, features);
        if (IsSoftmax)
        {
            SoftmaxChecks.Lengths(Softmax, _batch.Rows, classes);
            return (features, classes);
        }

        LayerChecks.Batch(_batch, Shard?.Classes ?? classes, _classWeights, Rows);
        if (!Gradients.Hidden.IsEmpty)
        {
            Checks.Length(Gradients.Hidden.Length, _batch.SelectedRows, features, Names.Hidden, "rows", "features");
        }

        return (features, classes);
    }

    private readonly unsafe CrossEntropyResult RunPinned(
        LossTerms terms, (int Features, int Own, int FirstClass, int All) sizes, LayerStrategy<T> strategy)
    {
        fixed (T* weights = _layer.StoredWeights.Full, bias = _layer.Bias, hidden = _batch.StoredHidden.Full)
        fixed (ushort* narrowWeights = _layer.StoredWeights.Narrow, narrowHidden = _batch.StoredHidden.Narrow)
        fixed (T* probabilities = _batch.TargetProbabilities, rowWeights = _batch.RowWeights)
        fixed (T* hiddenGradient = Gradients.Hidden, weightGradient = Gradients.Weights, biasGradient = Gradients.Bias)
        fixed (T* losses = Rows.Losses, logSumExp = Rows.LogSumExp, norms = Rows.GradientNorms, entropies = Rows.Entropies)
        fixed (T* probabilitiesOfAll = Softmax.All, topLogarithms = Softmax.TopLogarithms)
        fixed (SoftmaxState<T>* states = States, merged = Merged)
        fixed (SquaredNorm* squaredNorms = SquaredNorms, mergedNorms = MergedNorms)
        fixed (int* targets = _batch.Targets, rowIndices = _batch.RowIndices)
        fixed (int* predictions = Rows.Predictions, targetRanks = Rows.TargetRanks, topClasses = Softmax.TopClasses)
        fixed (double* classWeights = _classWeights)
        {
            BatchArguments<T> batch = new()
            {
                SetRows = _batch.Rows,
                RowIndices = rowIndices,
                Rows = _batch.SelectedRows,
                Classes = sizes.All,
                Targets = targets,
                TargetProbabilities = probabilities,
                RowWeights = rowWeights,
                ClassWeights = IsSoftmax ? null : classWeights,
            };
            RowOutputs<T> outputs = new()
            {
                Losses = losses,
                LogSumExp = logSumExp,
                Predictions = predictions,
                GradientNorms = norms,
                Entropies = entropies,
                TargetRanks = targetRanks,
                States = states,
                SquaredNorms = squaredNorms,
            };
            SoftmaxOutputs<T> softmax = new()
            {
                All = probabilitiesOfAll,
                AreLogarithms = Softmax.AreLogarithms,
                TopClasses = topClasses,
                TopLogarithms = topLogarithms,
                TopCount = Softmax.TopCount(_batch.Rows),
            };
            LayerArguments<T> arguments = new(batch, outputs, terms, softmax)
            {
                Features = sizes.Features,
                Classes = sizes.Own,
                FirstClass = sizes.FirstClass,
                Weights = new(_layer.StoredWeights.Format, weights, narrowWeights, sizes.Features),
                Bias = bias,
                Hidden = new(_batch.StoredHidden.Format, hidden, narrowHidden, sizes.Features),
                HiddenGradient = hiddenGradient,
                WeightGradient = weightGradient,
                BiasGradient = biasGradient,
                MergedStates = merged,
                MergedNorms = mergedNorms,
                Update = Update,
                Accumulates = _options.AccumulateGradients,
                HiddenThreshold = Gradients.Hidden.IsEmpty ? 0 : _options.HiddenFilterThreshold,
                WeightThreshold = HasParameterGradient ? _options.WeightFilterThreshold : 0,
                MaxRowNorm = _options.MaxRowGradientNorm ?? double.PositiveInfinity,
            };
            CheckOverlaps(arguments);
            if (terms.Rows == 0 && !_options.AccumulateGradients)
            {
                Gradients.Weights.Clear();
                Gradients.Bias.Clear();
            }

            return WidestSimd.Run<LayerStrategy<T>.Pass, T, CrossEntropyResult>(new(strategy, arguments));
        }
    }

    private readonly unsafe void CheckOverlaps(in LayerArguments<T> arguments)
    {
        MemoryRegions regions = default;
        fixed (T* first = FirstState.All, second = SecondState.All)
        {
            regions.Output(first, (long)FirstState.All.Length * sizeof(T), FirstState.Name);
            regions.Output(second, (long)SecondState.All.Length * sizeof(T), SecondState.Name);
            if (Update.IsWanted)
            {
                regions.Output(arguments.Weights.Start, (long)_layer.StoredWeights.Length * arguments.Weights.NumberBytes, "weights");
                regions.Output(arguments.Bias, (long)_layer.Bias.Length * sizeof(T), "bias");
            }
            else
            {
                regions.Input(arguments.Weights.Start, (long)_layer.StoredWeights.Length * arguments.Weights.NumberBytes, "weights");
                regions.Input(arguments.Bias, (long)_layer.Bias.Length * sizeof(T), "bias");
            }

            regions.Input(arguments.Hidden.Start, (long)_batch.StoredHidden.Length * arguments.Hidden.NumberBytes, "hidden");
            regions.Input(arguments.MergedStates, (long)Merged.Length * sizeof(SoftmaxState<T>), "merged");
            regions.Input(arguments.MergedNorms, (long)MergedNorms.Length * sizeof(SquaredNorm), "squaredNorms");
            arguments.Batch.AddTo(ref regions);
            regions.Output(arguments.HiddenGradient, (long)Gradients.Hidden.Length * sizeof(T), Names.Hidden);
            regions.Output(arguments.WeightGradient, (long)Gradients.Weights.Length * sizeof(T), Names.Weights);
            regions.Output(arguments.BiasGradient, (long)Gradients.Bias.Length * sizeof(T), Names.Bias);
            arguments.Outputs.AddTo(ref regions, _batch.SelectedRows);
            arguments.Softmax.AddTo(ref regions, _batch.Rows, arguments.Classes, Softmax.Name);
        }
    }
}
