using OutputGrad.Benchmarks.Measurement;
using OutputGrad.Benchmarks.Problems;
using TorchSharp;
using static TorchSharp.torch;

namespace OutputGrad.Peers;

/// <summary>The layer forwards as users of TorchSharp write it: linear, log_softmax and topk, in float or all of it in bfloat16.</summary>
internal sealed class TorchForward : IDisposable
{
    private readonly LayerShape _shape;
    private readonly Tensor _hidden;
    private readonly Tensor _weights;

    public TorchForward(LayerShape shape, float[] hidden, float[] weights, ScalarType type)
    {
        _shape = shape;
        _hidden = tensor(hidden, [shape.Rows, shape.Features], type);
        _weights = tensor(weights, [shape.Classes, shape.Features], type);
    }

    public Contestant AllContestant() => OnOneThread(() => All());

    public Contestant TopContestant(int count) => OnOneThread(() => All().topk(count));

    /// <summary>Throws unless the log-probabilities are the library's.</summary>
    public void RequireAgreement(float[] logProbabilities)
    {
        using IDisposable noGradient = no_grad();
        using DisposeScope scope = NewDisposeScope();
        Agreement.Require<float>("log-probabilities", logProbabilities, All().data<float>().ToArray());
    }

    public void Dispose()
    {
        _hidden.Dispose();
        _weights.Dispose();
    }

    private Tensor All() => nn.functional.log_softmax(nn.functional.linear(_hidden, _weights), dim: -1);

    // libtorch has one number of threads for all.
    private Contestant OnOneThread(Action run)
    {
        set_num_threads(1);
        return new Contestant("libtorch", Run, _shape.Flops / 3);

        void Run()
        {
            using IDisposable noGradient = no_grad();
            using DisposeScope scope = NewDisposeScope();
            run();
        }
    }
}
