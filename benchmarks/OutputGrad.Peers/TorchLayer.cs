using OutputGrad.Benchmarks.Measurement;
using OutputGrad.Benchmarks.Problems;
using TorchSharp;
using static TorchSharp.torch;
using TensorPrimitives = System.Numerics.Tensors.TensorPrimitives;

namespace OutputGrad.Peers;

/// <summary>The output layer as users of TorchSharp write it: linear, cross_entropy, backward, and a step of gradient descent.</summary>
internal sealed class TorchLayer : IDisposable
{
    private readonly LayerShape _shape;
    private readonly Tensor _hidden;
    private readonly Tensor _weights;
    private readonly Tensor _targets;

    public TorchLayer(LayerProblem<float> problem)
    {
        _shape = problem.Shape;
        _hidden = tensor(problem.Hidden, [_shape.Rows, _shape.Features], requires_grad: true);
        _weights = tensor(problem.Weights, [_shape.Classes, _shape.Features], requires_grad: true);
        _targets = tensor(Array.ConvertAll(problem.Targets, target => (long)target));
    }

    public Contestant Contestant(int threads) => OnThreads(threads, () => LossAndGradient());

    public Contestant StepContestant(int threads) => OnThreads(threads, () => Step(LayerStep<float>.LearningRate));

    /// <summary>Throws unless loss and gradients are those that the library wrote into the problem.</summary>
    public void RequireAgreement(LayerProblem<float> problem, double loss)
    {
        Agreement.RequireLoss<float>(loss, LossAndGradient());
        using Tensor? hiddenGradient = _hidden.grad;
        using Tensor? weightGradient = _weights.grad;
        Agreement.Require<float>("hidden gradients", problem.HiddenGradient, hiddenGradient!.data<float>().ToArray());
        Agreement.Require<float>("weight gradients", problem.WeightGradient, weightGradient!.data<float>().ToArray());
    }

    /// <summary>Throws unless a step of the library and one of libtorch move the weights alike; both get their weights back.</summary>
    public void RequireSameStep(LayerProblem<float> problem)
    {
        const double rate = 1;
        float[] weights = [.. problem.Weights];
        Agreement.RequireLoss<float>(new LayerStep<float>(problem).Run(rate, LayerStep<float>.Exact).Loss, Step(rate));
        using Tensor? hiddenGradient = _hidden.grad;
        Agreement.Require<float>("hidden gradients", problem.HiddenGradient, hiddenGradient!.data<float>().ToArray());
        float[] theirs = _weights.data<float>().ToArray();
        TensorPrimitives.Subtract(theirs, weights, theirs);
        TensorPrimitives.Subtract<float>(problem.Weights, weights, problem.Weights);
        Agreement.Require<float>("weight updates", problem.Weights, theirs);

        weights.CopyTo(problem.Weights, 0);
        _weights.data<float>().CopyFrom(weights);
    }

    public void Dispose()
    {
        _hidden.Dispose();
        _weights.Dispose();
        _targets.Dispose();
    }

    // The gradients of the last step are dropped, not zeroed, as optimizers' zero_grad does: backward then stores instead of adding.
    private float LossAndGradient()
    {
        using DisposeScope scope = NewDisposeScope();
        _hidden.grad = null;
        _weights.grad = null;
        Tensor logits = nn.functional.linear(_hidden, _weights);
        Tensor loss = nn.functional.cross_entropy(logits, _targets);
        loss.backward();
        return loss.item<float>();
    }

    // libtorch has one number of threads for all: that of the contestant made last.
    private Contestant OnThreads(int threads, Action run)
    {
        set_num_threads(threads);
        return new Contestant("libtorch", run, _shape.Flops) { Rest = threads == 1 ? TimeSpan.Zero : Alternation.OtherThreadsRest };
    }

    // What torch.optim.SGD does without momentum and decay, one pass over the gradient and the weights, less its bookkeeping.
    private float Step(double learningRate)
    {
        float loss = LossAndGradient();
        using IDisposable noGradient = no_grad();
        using Tensor? gradient = _weights.grad;
        _weights.add_(gradient!, alpha: -learningRate);
        return loss;
    }
}
