using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OutputGrad.Peers.Fit;

/// <summary>A step of AdamW on one vector, as users of TorchSharp write it.</summary>
internal sealed class TorchAdamW : IDisposable
{
    private readonly Tensor _vector;
    private readonly Tensor _label;
    private readonly Parameter _weights;
    private readonly Parameter _bias;
    private readonly AdamW _optimizer;

    public TorchAdamW(float[] vector, int label, int classes)
    {
        set_num_threads(1);
        _vector = tensor(vector, [1, vector.Length]);
        _label = tensor([(long)label]);
        _weights = new(zeros(classes, vector.Length));
        _bias = new(zeros(classes));
        _optimizer = optim.AdamW([_weights, _bias], lr: 1e-3);
    }

    public void Step()
    {
        using DisposeScope scope = NewDisposeScope();
        _optimizer.zero_grad();
        nn.functional.cross_entropy(nn.functional.linear(_vector, _weights, _bias), _label).backward();
        _optimizer.step();
    }

    public void Dispose()
    {
        _optimizer.Dispose();
        _vector.Dispose();
        _label.Dispose();
        _weights.Dispose();
        _bias.Dispose();
    }
}
