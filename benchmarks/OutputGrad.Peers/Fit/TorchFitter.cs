using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace OutputGrad.Peers.Fit;

/// <summary>
/// libtorch's L-BFGS over linear and cross_entropy, in single precision. TorchSharp offers it without a line search: every step has the
/// length 1, but for the first.
/// </summary>
internal sealed class TorchFitter : Fitter
{
    private readonly Tensor _vectors;
    private readonly Tensor _labels;
    private readonly Parameter _weights;
    private readonly Parameter _bias;

    public TorchFitter(FitTask task, int threads)
        : base("libtorch", task, threads)
    {
        (int rows, int features, int classes) = task.Data.Shape;
        _vectors = tensor(task.Data.Training.Hidden.ToArray(), [rows, features]);
        _labels = tensor(Array.ConvertAll(task.Data.Training.Targets.ToArray(), label => (long)label));
        _weights = new(zeros(classes, features));
        _bias = new(zeros(classes));
    }

    public override void Fit()
    {
        set_num_threads(Threads);
        using (no_grad())
        {
            _weights.zero_();
            _bias.zero_();
        }

        int evaluations = 0;
        using LBFGS optimizer = optim.LBFGS(
            [_weights, _bias],
            lr: 1,
            max_iter: FitTask.MaxIterations,
            max_eval: FitTask.MaxIterations,
            tolerange_grad: FitTask.LargestSlope,
            tolerance_change: 0,
            history_size: FitTask.History);
        optimizer.step(Evaluate).Dispose();
        Evaluations = evaluations;
        Iterations = evaluations - 1;

        Tensor Evaluate()
        {
            using DisposeScope scope = NewDisposeScope();
            evaluations++;
            optimizer.zero_grad();
            Tensor logits = nn.functional.linear(_vectors, _weights, _bias);
            Tensor objective = nn.functional.cross_entropy(logits, _labels) + (Task.L2 / 2 * _weights.square().sum());
            objective.backward();
            return objective.MoveToOuterDisposeScope();
        }
    }

    public override FittedLayer Layer() =>
        new(Task, FittedLayer.Widened(_weights.data<float>().ToArray()), FittedLayer.Widened(_bias.data<float>().ToArray()));

    public override void Dispose()
    {
        _vectors.Dispose();
        _labels.Dispose();
        _weights.Dispose();
        _bias.Dispose();
        base.Dispose();
    }
}
