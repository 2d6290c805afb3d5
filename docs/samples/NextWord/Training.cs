using System.Diagnostics;
using OutputGrad;
using Samples;

namespace NextWord;

/// <summary>A batch of words at a time: one step of the output layer, and the slopes it hands back one step of the embeddings.</summary>
internal sealed class Training(Model model, Corpus corpus, Settings settings, Random random) : ITraining<Epoch>
{
    private readonly int[] _order = [.. corpus.Training.Places];
    private readonly Batch _batch = new(model, corpus.Training, settings.Batch);
    private readonly HeldOutTest _test = new(model, corpus, settings);
    private readonly Moments _layerMoments = new(model.Weights.Length + model.Bias.Length);
    private readonly Moments _embeddingMoments = new(model.Embeddings.Length);
    private readonly Stopwatch _watch = new();
    private readonly Stopwatch _layerWatch = new();
    private readonly CrossEntropyOptions _options = new()
    {
        HiddenFilterThreshold = settings.Filter,
        WeightFilterThreshold = settings.Filter,
        MaxDegreeOfParallelism = settings.Threads,
    };
    private int _step;

    public int Epochs => settings.Epochs;

    public long Rows => (long)Epochs * _order.Length;

    /// <summary>The time it has taken so far, tests on the held-out part not counted.</summary>
    public TimeSpan Elapsed => _watch.Elapsed;

    /// <summary>The part of it that was spent in the output layer.</summary>
    public TimeSpan ElapsedInLayer => _layerWatch.Elapsed;

    public IEnumerable<Epoch> Run(Action<int> advance)
    {
        yield return new Epoch(0, 0, _test.Loss(), 0);
        for (int number = 1; number <= Epochs; number++)
        {
            _watch.Start();
            (double loss, double filteredMass) = PredictEveryWordOnce(advance);
            _watch.Stop();
            yield return new Epoch(number, loss, _test.Loss(), filteredMass);
        }
    }

    private (double Loss, double FilteredMass) PredictEveryWordOnce(Action<int> advance)
    {
        double sum = 0, filteredMass = 0;
        random.Shuffle(_order);
        foreach (int[] places in _order.Chunk(settings.Batch))
        {
            _batch.Gather(places);
            CrossEntropyResult result = TurnDials();
            sum += result.Loss * places.Length;
            filteredMass = Math.Max(filteredMass, result.FilteredMass);
            advance(places.Length);
        }

        return (sum / _order.Length, filteredMass);
    }

    private CrossEntropyResult TurnDials()
    {
        _step++;
        return settings.Optimizer == Optimizer.AdamW
            ? TurnDials(_layerMoments.Update(settings, _step), _embeddingMoments.Update(settings, _step))
            : TurnDials(Descent(), Descent());
    }

    private Sgd<float> Descent() => new(settings.LearningRate, settings.WeightDecay);

    private CrossEntropyResult TurnDials<TUpdate>(TUpdate layerUpdate, TUpdate embeddingUpdate)
        where TUpdate : IWeightUpdate<float>
    {
        _layerWatch.Start();
        CrossEntropyResult result = LinearCrossEntropy.Step(
            model.Weights, model.Bias, _batch.Rows, layerUpdate, _batch.HiddenGradient, _options);
        _layerWatch.Stop();

        _batch.FlowBack();
        model.Embeddings.Step(embeddingUpdate);
        return result;
    }
}
