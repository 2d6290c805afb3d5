using OutputGrad.Benchmarks.Measurement;
using OutputGrad.Benchmarks.Problems;
using TorchSharp;
using static TorchSharp.torch;

namespace OutputGrad.Peers;

/// <summary>One step of the output layer as users of TorchSharp write it: linear, cross_entropy, backward.</summary>
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

    public Contestant Contestant() => new("libtorch", () => Step(), _shape.Flops);

    /// <summary>One step, and throws unless loss and gradients are those that the library wrote into the problem.</summary>
    public void RequireAgreement(LayerProblem<float> problem, double loss)
    {
        Agreement.RequireLoss<float>(loss, Step());
        using Tensor? hiddenGradient = _hidden.grad;
        using Tensor? weightGradient = _weights.grad;
        Agreement.Require<float>("hidden gradients", problem.HiddenGradient, hiddenGradient!.data<float>().ToArray());
        Agreement.Require<float>("weight gradients", problem.WeightGradient, weightGradient!.data<float>().ToArray());
    }

    public void Dispose()
    {
        _hidden.Dispose();
        _weights.Dispose();
        _targets.Dispose();
    }

    // The gradients of the last step are dropped, not zeroed, as optimisers' zero_grad does: backward then stores instead of adding.
    private float Step()
    {
        using DisposeScope scope = NewDisposeScope();
        _hidden.grad = null;
        _weights.grad = null;
        Tensor logits = nn.functional.linear(_hidden, _weights);
        Tensor loss = nn.functional.cross_entropy(logits, _targets);
        loss.backward();
        return loss.item<float>();
    }
}
