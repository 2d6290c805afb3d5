using System.Numerics;
using OutputGrad.Engine.Arguments;
using OutputGrad.Engine.Logits;
using OutputGrad.Engine.Loss;

namespace OutputGrad.Engine.Calls;

/// <summary>A call from logits as it comes from the caller: checks it, pins it and has it run.</summary>
/// <param name="batch">The logits in place of hidden vectors, and their targets.</param>
/// <param name="options">What loss is meant.</param>
/// <param name="rows">Results per row that are wanted.</param>
internal readonly ref struct LogitsCall<T>(LabeledBatch<T> batch, CrossEntropyOptions options, RowResults<T> rows)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly LabeledBatch<T> _batch = batch;
    private readonly CrossEntropyOptions _options = options;
    private readonly RowResults<T> _rows = rows;

    // taken once: memory of the caller's own may be another each time that it is asked for
    private readonly ReadOnlySpan<double> _classWeights = options.ClassWeights.Span;

    public CrossEntropyResult Loss() => RunPinned(Check(), default);

    public CrossEntropyResult LossAndGradient(Span<T> gradient)
    {
        int classes = Check();
        Checks.Length(gradient.Length, _batch.Rows, classes, "logitGradient", "rows", "classes");
        return RunPinned(classes, gradient);
    }

    /// <summary>Options and lengths, and how many classes they say there are.</summary>
    private int Check()
    {
        Checks.ElementType<T>();
        OptionChecks.Check<T>(_options);
        OptionChecks.ClassWeights(_classWeights);
        Checks.NotNegative(_batch.Rows, "rowCount");
        int classes = Checks.Columns(_batch.Hidden.Length, _batch.Rows, "logits", "classes");
        LayerChecks.Batch(_batch, classes, _classWeights, _rows);
        return classes;
    }

    private unsafe CrossEntropyResult RunPinned(int classes, Span<T> gradient)
    {
        LossTerms terms = LossTerms.Of(_batch, classes, _classWeights, _options);
        fixed (
            T* logits = _batch.Hidden, logitGradient = gradient, probabilities = _batch.TargetProbabilities, rowWeights = _batch.RowWeights)
        fixed (T* losses = _rows.Losses, logSumExp = _rows.LogSumExp, norms = _rows.GradientNorms, entropies = _rows.Entropies)
        fixed (int* targets = _batch.Targets, predictions = _rows.Predictions, targetRanks = _rows.TargetRanks)
        fixed (double* classWeights = _classWeights)
        {
            LogitsPass<T> pass = new()
            {
                Batch = new()
                {
                    SetRows = _batch.Rows,
                    Rows = _batch.Rows,
                    Classes = classes,
                    Targets = targets,
                    TargetProbabilities = probabilities,
                    RowWeights = rowWeights,
                    ClassWeights = classWeights,
                },
                Outputs = new()
                {
                    Losses = losses,
                    LogSumExp = logSumExp,
                    Predictions = predictions,
                    GradientNorms = norms,
                    Entropies = entropies,
                    TargetRanks = targetRanks,
                },
                Terms = terms,
                Logits = logits,
                Gradient = logitGradient,
            };
            MemoryRegions regions = default;
            if (logits != logitGradient)
            {
                regions.Input(logits, (long)_batch.Hidden.Length * sizeof(T), "logits");
            }

            regions.Output(logitGradient, (long)gradient.Length * sizeof(T), "logitGradient");
            pass.Batch.AddTo(ref regions);
            pass.Outputs.AddTo(ref regions, _batch.Rows);
            return LogitsRun<T>.Run(pass, _options);
        }
    }
}
