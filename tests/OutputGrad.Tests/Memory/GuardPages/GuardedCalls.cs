using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Optimizers;
using OutputGrad.Training;
using Xunit;

namespace OutputGrad.Tests.Memory.GuardPages;

/// <summary>
/// Every argument of every call between guard pages of its own; the results must have the bits of the same call on ordinary memory.
/// </summary>
internal sealed class GuardedCalls<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int LargestSpan = 1 << 16;

    private readonly Stack<GuardedPages> _free = new();
    private readonly Stack<GuardedPages> _taken = new();
    private Edge _edge;

    /// <summary>How many calls have been made between guard pages.</summary>
    public int Calls { get; private set; }

    /// <summary>Both entry points, the gradient apart and in place.</summary>
    public void CompareLogits(LogitBatch<T> batch, Edge edge)
    {
        Begin(edge, calls: 3);
        LogitOutcome<T> expected = FromLogits.Run(batch);
        CrossEntropyOptions options = Options(batch.Options);
        Span<T> logits = Place<T>(batch.Logits), rowWeights = Place<T>(batch.RowWeights ?? []), gradient = Place<T>(new T[logits.Length]);
        RowResults<T> rows = Place(expected.Rows), forwardRows = Place(expected.Rows);
        if (batch.Targets is not null)
        {
            Span<int> targets = Place<int>(batch.Targets);
            Assert.Equal(expected.Result, SoftmaxCrossEntropy.LossAndGradient(logits, targets, gradient, options, rowWeights, rows));
            Assert.Equal(expected.Result, SoftmaxCrossEntropy.Loss<T>(logits, targets, options, rowWeights, forwardRows));
            Assert.Equal(expected.Result, SoftmaxCrossEntropy.LossAndGradient(logits, targets, logits, options, rowWeights));
        }
        else
        {
            Span<T> soft = Place<T>(batch.SoftTargets!);
            Assert.Equal(
                expected.Result, SoftmaxCrossEntropy.LossAndGradient(logits, soft, batch.Rows, gradient, options, rowWeights, rows));
            Assert.Equal(expected.Result, SoftmaxCrossEntropy.Loss<T>(logits, soft, batch.Rows, options, rowWeights, forwardRows));
            Assert.Equal(expected.Result, SoftmaxCrossEntropy.LossAndGradient(logits, soft, batch.Rows, logits, options, rowWeights));
        }

        Exactly.SameBits<T>(expected.Gradient, gradient, "gradient");
        Exactly.SameBits<T>(expected.Gradient, logits, "gradient in place");
        Exactly.SameBits(expected.Rows.Destination, rows);
        Exactly.SameBits(expected.Rows.Destination, forwardRows);
    }

    public void CompareLayer(LayerBatch<T> batch, Edge edge)
    {
        Begin(edge, calls: 2);
        LayerOutcome<T> expected = batch.Run();
        CrossEntropyOptions options = Options(batch.Options);
        OutputLayer<T> layer = PlaceLayer(batch);
        LabeledBatch<T> labeled = Place(batch);
        OutputGradients<T> gradients = new()
        {
            Hidden = Place<T>(new T[batch.SelectedRows * batch.Features]),
            Weights = Place<T>(new T[batch.Weights.Length]),
            Bias = Place<T>(new T[batch.Classes]),
        };
        RowResults<T> rows = Place(expected.Rows), forwardRows = Place(expected.Rows);

        Assert.Equal(expected.Result, LinearCrossEntropy.LossAndGradient(layer, labeled, gradients, options, rows));
        Assert.Equal(expected.Result with { FilteredMass = 0 }, LinearCrossEntropy.Loss(layer, labeled, options, forwardRows));

        Exactly.SameBits<T>(expected.Hidden, gradients.Hidden, "hidden gradient");
        Exactly.SameBits<T>(expected.Weights, gradients.Weights, "weight gradient");
        Exactly.SameBits<T>(expected.Bias, gradients.Bias, "bias gradient");
        Exactly.SameBits(expected.Rows.Destination, rows);
        Exactly.SameBits(expected.Rows.Destination, forwardRows);
    }

    /// <summary>All forms of the softmax; the targets do not matter.</summary>
    public void CompareSoftmax(LayerBatch<T> batch, int top, Edge edge)
    {
        Begin(edge, calls: 3);
        SoftmaxOutcome<T> expected = batch.Softmax(top);
        CrossEntropyOptions options = batch.Options;
        int rows = batch.Rows;
        OutputLayer<T> layer = PlaceLayer(batch);
        Span<T> hidden = Place<T>(batch.Hidden), logarithms = Place<T>(new T[rows * batch.Classes]),
            all = Place<T>(new T[rows * batch.Classes]), topLogarithms = Place<T>(new T[rows * top]);
        Span<int> classes = Place<int>(new int[rows * top]);

        LinearSoftmax.LogProbabilities(layer, hidden, rows, logarithms, options);
        LinearSoftmax.Probabilities(layer, hidden, rows, all, options);
        LinearSoftmax.TopK(layer, hidden, rows, classes, topLogarithms, options);

        Exactly.SameBits<T>(expected.LogProbabilities, logarithms, "log p");
        Exactly.SameBits<T>(expected.Probabilities, all, "p");
        Exactly.SameBits<T>(expected.TopLogProbabilities, topLogarithms, "log p of the first classes");
        Exactly.SameBits<int>(expected.TopClasses, classes, "first classes");
    }

    public void CompareStep(LayerBatch<T> batch, Edge edge)
    {
        Begin(edge, calls: 1);
        LayerOutcome<T> expected = batch.Step();
        Span<T> weights = Place<T>(batch.Weights), bias = Place<T>(batch.Bias ?? []);
        Span<T> hiddenGradient = Place<T>(new T[batch.SelectedRows * batch.Features]);
        LabeledBatch<T> labeled = Place(batch);
        RowResults<T> rows = Place(expected.Rows);
        RecordingUpdate<T> update = new(weights.Length + bias.Length);

        Assert.Equal(
            expected.Result, LinearCrossEntropy.Step(weights, bias, labeled, update, hiddenGradient, Options(batch.Options), rows));

        Exactly.SameBits<T>(expected.Hidden, hiddenGradient, "hidden gradient of a step");
        Exactly.SameBits<T>([.. expected.Weights, .. expected.Bias], update.Gradient, "gradient of a step");
        Exactly.SameBits(expected.Rows.Destination, rows);
    }

    /// <summary>Both halves of two shards, a step of each, and what they send each other.</summary>
    public void CompareShards(LayerBatch<T> batch, int cut, Edge edge)
    {
        Begin(edge, calls: 8);
        ShardedLayer<T> shards = new(batch, cut);
        SoftmaxState<T>[][] expectedStates = shards.Forward();
        SoftmaxState<T>[] expectedMerged = ShardedLayer<T>.Merged(expectedStates[0], expectedStates[1]);
        SquaredNorm[][] expectedNorms = shards.SquaredNorms(expectedMerged);
        SquaredNorm[] mergedNorms = [.. expectedNorms[0].Zip(expectedNorms[1], SquaredNorm.Merge)];
        LayerOutcome<T>[] expected = shards.Backward(expectedMerged, mergedNorms);
        CrossEntropyOptions options = Options(batch.Options);
        LabeledBatch<T> labeled = Place(batch);
        Span<SoftmaxState<T>> merged = Place<SoftmaxState<T>>(expectedMerged);
        Span<SquaredNorm> squaredNorms = Place<SquaredNorm>(mergedNorms);
        CompareWire(expectedMerged, mergedNorms);
        for (int shard = 0; shard < 2; shard++)
        {
            LayerBatch<T> own = shards.Shard(shard);
            int first = shard == 0 ? 0 : cut;
            OutputLayer<T> layer = PlaceLayer(own);
            Span<SoftmaxState<T>> states = Place<SoftmaxState<T>>(new SoftmaxState<T>[batch.SelectedRows]);
            Span<SquaredNorm> norms = Place<SquaredNorm>(new SquaredNorm[batch.SelectedRows]);
            OutputGradients<T> gradients = new()
            {
                Hidden = Place<T>(new T[batch.SelectedRows * batch.Features]),
                Weights = Place<T>(new T[own.Weights.Length]),
                Bias = Place<T>(new T[own.Classes]),
            };

            LinearCrossEntropy.ShardForward(layer, labeled, first, batch.Classes, states, options);
            LinearCrossEntropy.ShardSquaredNorms(layer, labeled, first, batch.Classes, merged, norms, options);
            CrossEntropyResult result = LinearCrossEntropy.ShardBackward(
                layer, labeled, first, batch.Classes, merged, gradients, options, squaredNorms);

            Assert.Equal(expectedStates[shard], states.ToArray());
            Assert.Equal(expectedNorms[shard], norms.ToArray());
            Assert.Equal(expected[shard].Result, result);
            Exactly.SameBits<T>(expected[shard].Hidden, gradients.Hidden, "part of the hidden gradient");
            Exactly.SameBits<T>(expected[shard].Weights, gradients.Weights, "weight gradient of a shard");
            Exactly.SameBits<T>(expected[shard].Bias, gradients.Bias, "bias gradient of a shard");

            if (!options.AccumulateGradients)
            {
                CompareShardStep(own, labeled, (first, batch.Classes), merged, squaredNorms, expected[shard]);
            }
        }
    }

    /// <summary>A fit of a few passes over the data.</summary>
    public void CompareFit(int rows, int classes, int features, Edge edge)
    {
        Begin(edge, calls: 1);
        RandomBatches random = new((classes * 64) + features);
        T[] hidden = random.Anywhere<T>(rows * features, 1), weights = new T[classes * features], bias = new T[classes];
        int[] targets = [.. Enumerable.Range(0, rows).Select(row => row % classes)];
        FitOptions options = new() { L2 = .1, MaxIterations = 3 };
        Span<T> guardedWeights = Place<T>(weights), guardedBias = Place<T>(bias);

        FitReport expected = LinearProbe.Fit(weights, bias, new LabeledBatch<T>(hidden, targets), options);
        LabeledBatch<T> batch = new(Place<T>(hidden), Place<int>(targets));
        Assert.Equal(expected.Objective, LinearProbe.Fit(guardedWeights, guardedBias, batch, options).Objective);

        Exactly.SameBits<T>(weights, guardedWeights, "fitted weights");
        Exactly.SameBits<T>(bias, guardedBias, "fitted biases");
    }

    /// <summary>Slopes of a constant: which parameters are moved meanwhile, and put back, is all there is to see.</summary>
    public void CompareFiniteDifferences(int length, Edge edge)
    {
        Begin(edge, calls: 1);
        double[] before = [.. Enumerable.Range(1, length)];
        Span<double> parameters = Place<double>(before), gradient = Place<double>(before);

        FiniteDifference.Gradient(parameters, () => 1, gradient);

        Exactly.SameBits<double>(before, parameters, "parameters");
        Exactly.SameBits<double>(new double[length], gradient, "slopes");
    }

    public void CompareOuterProducts(int rows, int height, int width, Edge edge)
    {
        Begin(edge, calls: 2);
        RandomBatches random = new((rows * 4096) + (height * 64) + width);
        T[] x = random.Anywhere<T>(rows * height, 1), y = random.Anywhere<T>(rows * width, 1),
            expected = random.Anywhere<T>(height * width, 1);
        Span<T> guardedX = Place<T>(x), guardedY = Place<T>(y), destination = Place<T>(expected);

        OuterProduct.AddBatch(x, y, rows, expected, T.CreateChecked(.5));
        OuterProduct.AddBatch(guardedX, guardedY, rows, destination, T.CreateChecked(.5));
        OuterProduct.Add<T>(x.AsSpan(0, height), y.AsSpan(0, width), expected, T.One);
        OuterProduct.Add(guardedX[..height], guardedY[..width], destination, T.One);

        Exactly.SameBits<T>(expected, destination, "outer product");
    }

    public void CompareUpdate(Optimizer optimizer, int length, Edge edge)
    {
        Begin(edge, calls: 1);
        RandomBatches random = new(length);
        T[] weights = random.Anywhere<T>(length, 1), gradient = random.Anywhere<T>(length, 1), zeros = new T[length];
        OptimizerRun<T> expected = OptimizerRun<T>.Of(optimizer, weights, [gradient]);
        Span<T> guarded = Place<T>(weights), first = Place<T>(zeros), second = Place<T>(zeros);

        optimizer.Make(new SpanMemory<T>(first).Memory, new SpanMemory<T>(second).Memory, 1).Update(guarded, Place<T>(gradient), 0);

        Exactly.SameBits<T>(expected.Weights, guarded, "weights");
        Exactly.SameBits<T>(expected.First, first, "first state");
        Exactly.SameBits<T>(expected.Second, second, "second state");
    }

    public void CompareOptimizedStep(Optimizer optimizer, LayerBatch<T> batch, Edge edge)
    {
        Begin(edge, calls: 1);
        T[] weights = [.. batch.Weights], bias = [.. batch.Bias ?? []];
        T[] first = new T[weights.Length + bias.Length], second = new T[first.Length];
        Span<T> guarded = Place<T>(weights), guardedBias = Place<T>(bias), guardedFirst = Place<T>(first), guardedSecond = Place<T>(second);
        IWeightUpdate<T> update = optimizer.Make<T>(first, second, 1);
        IWeightUpdate<T> guardedUpdate = optimizer.Make(
            new SpanMemory<T>(guardedFirst).Memory, new SpanMemory<T>(guardedSecond).Memory, 1);

        Assert.Equal(
            LinearCrossEntropy.Step(weights, bias, batch.Labeled(), update, options: Options(batch.Options)),
            LinearCrossEntropy.Step(guarded, guardedBias, Place(batch), guardedUpdate, options: Options(batch.Options)));

        Exactly.SameBits<T>(weights, guarded, "weights");
        Exactly.SameBits<T>(bias, guardedBias, "bias");
        Exactly.SameBits<T>(first, guardedFirst, "first state");
        Exactly.SameBits<T>(second, guardedSecond, "second state");
    }

    public void CompareTopDials(int classes, int features, Edge edge)
    {
        Begin(edge, calls: 1);
        RandomBatches random = new((classes * 64) + features);
        T[] residual = random.Anywhere<T>(classes, 1), hidden = random.Anywhere<T>(features, 1);
        Dial<T>[] expected = new Dial<T>[5];
        Span<Dial<T>> dials = Place<Dial<T>>(expected);

        Assert.Equal(Sensitivity.TopDials(residual, hidden, expected), Sensitivity.TopDials(Place<T>(residual), Place<T>(hidden), dials));
        Assert.Equal(expected, dials.ToArray());
    }

    public void Dispose()
    {
        foreach (IDisposable pages in _free.Concat(_taken))
        {
            pages.Dispose();
        }
    }

    private void CompareShardStep(
        LayerBatch<T> own,
        LabeledBatch<T> labeled,
        (int First, int All) classes,
        ReadOnlySpan<SoftmaxState<T>> merged,
        ReadOnlySpan<SquaredNorm> squaredNorms,
        LayerOutcome<T> expected)
    {
        Span<T> weights = Place<T>(own.Weights), bias = Place<T>(own.Bias ?? []), hidden = Place<T>(new T[expected.Hidden.Length]);
        RecordingUpdate<T> update = new(weights.Length + bias.Length);

        Assert.Equal(expected.Result, LinearCrossEntropy.ShardStep(
            weights, bias, labeled, classes.First, classes.All, merged, update, hidden, Options(own.Options), squaredNorms));

        Exactly.SameBits<T>(expected.Hidden, hidden, "part of the hidden gradient of a step");
        T[] parameters = bias.IsEmpty ? expected.Weights : [.. expected.Weights, .. expected.Bias];
        Exactly.SameBits<T>(parameters, update.Gradient, "gradient of a shard's step");
    }

    /// <summary>States and norms as other processes get them.</summary>
    private void CompareWire(SoftmaxState<T>[] states, SquaredNorm[] norms)
    {
        Span<byte> state = Place<byte>(new byte[SoftmaxState<T>.WireBytes]), norm = Place<byte>(new byte[SquaredNorm.WireBytes]);
        for (int row = 0; row < states.Length; row++)
        {
            states[row].WriteTo(state);
            norms[row].WriteTo(norm);
            Assert.Equal(states[row], SoftmaxState<T>.ReadFrom(state));
            Assert.Equal(norms[row], SquaredNorm.ReadFrom(norm));
        }
    }

    /// <summary>Frees the pages of the last comparison.</summary>
    /// <param name="edge">Which end of a span touches a page without access.</param>
    /// <param name="calls">How many calls the comparison makes.</param>
    private void Begin(Edge edge, int calls)
    {
        _edge = edge;
        Calls += calls;
        while (_taken.TryPop(out GuardedPages? pages))
        {
            _free.Push(pages);
        }
    }

    /// <summary>The next pages; an empty span gets some too, so that it points at a page without access.</summary>
    private GuardedPages Take()
    {
        GuardedPages pages = _free.TryPop(out GuardedPages? free) ? free : new GuardedPages(LargestSpan);
        _taken.Push(pages);
        return pages;
    }

    private Span<TItem> Place<TItem>(ReadOnlySpan<TItem> values)
        where TItem : unmanaged => Take().Place(values, _edge);

    private LabeledBatch<T> Place(LayerBatch<T> batch)
    {
        ReadOnlySpan<byte> hidden = Place(StoredNumbers.Bytes<T>(batch.HiddenFormat, batch.Hidden));
        LabeledBatch<T> labeled = batch.Targets is not null
            ? StoredNumbers.Batch<T>(batch.HiddenFormat, hidden, Place<int>(batch.Targets))
            : StoredNumbers.Batch<T>(batch.HiddenFormat, hidden, Place<T>(batch.SoftTargets!), batch.Rows);
        return labeled with { RowWeights = Place<T>(batch.RowWeights ?? []), RowIndices = Place<int>(batch.RowIndices ?? []) };
    }

    private OutputLayer<T> PlaceLayer(LayerBatch<T> batch) => StoredNumbers.Layer<T>(
        batch.WeightFormat, Place(StoredNumbers.Bytes<T>(batch.WeightFormat, batch.Weights)), Place<T>(batch.Bias ?? []));

    /// <summary>Room for results like these.</summary>
    private RowResults<T> Place(RowOutcome<T> results) => new()
    {
        Losses = Place<T>(new T[results.Losses.Length]),
        LogSumExp = Place<T>(new T[results.LogSumExp.Length]),
        GradientNorms = Place<T>(new T[results.GradientNorms.Length]),
        Predictions = Place<int>(new int[results.Predictions.Length]),
        Entropies = Place<T>(new T[results.Entropies.Length]),
        TargetRanks = results.TargetRanks.Length == 0 ? default : Place<int>(new int[results.TargetRanks.Length]),
    };

    private CrossEntropyOptions Options(CrossEntropyOptions options) =>
        options.ClassWeights.IsEmpty ? options : options with { ClassWeights = Take().PlaceMemory(options.ClassWeights.Span, _edge) };
}
