using System.Runtime.InteropServices;
using OutputGrad;
using static TorchSharp.torch;

namespace Interop;

/// <summary>
/// TorchSharp: the last layer of a model, linear and cross_entropy, as one function of its autograd. The layers below are TorchSharp's, and
/// so are the optimizers. It compiles here and runs where a package brings libtorch, as TorchSharp-cpu does.
/// </summary>
public sealed class TorchHead : autograd.SingleTensorFunction<TorchHead>
{
    public override string Name => nameof(TorchHead);

    /// <summary>The mean loss of a batch; backward() leads it to all three tensors of floats.</summary>
    /// <param name="hidden">rows x features.</param>
    /// <param name="weights">classes x features.</param>
    /// <param name="bias">One for each class.</param>
    /// <param name="targets">A class for each row, of 64 bits as cross_entropy has them.</param>
    public static Tensor Loss(Tensor hidden, Tensor weights, Tensor bias, Tensor targets) => apply(hidden, weights, bias, targets);

    /// <summary>The gradients come with the loss, so that logits are never held: what is saved for backward is they.</summary>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        Tensor hidden = Input(0), weights = Input(1), bias = Input(2), targets = Input(3).to(ScalarType.Int32);
        Tensor hiddenGradient = empty_like(hidden), weightGradient = empty_like(weights), biasGradient = empty_like(bias);
        CrossEntropyResult result = LinearCrossEntropy.LossAndGradient(
            new OutputLayer<float>(Numbers<float>(weights), Numbers<float>(bias)),
            new LabeledBatch<float>(Numbers<float>(hidden), Numbers<int>(targets)),
            new OutputGradients<float>
            {
                Hidden = Numbers<float>(hiddenGradient),
                Weights = Numbers<float>(weightGradient),
                Bias = Numbers<float>(biasGradient),
            });
        ctx.save_for_backward([hiddenGradient, weightGradient, biasGradient]);
        return tensor((float)result.Loss);

        Tensor Input(int i) => ((Tensor)vars[i]).contiguous();
    }

    /// <summary>The chain rule: what the loss is multiplied by later multiplies its gradients. Targets have none.</summary>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output) =>
        [.. ctx.get_saved_variables().Select(gradient => gradient * grad_output), null!];

    /// <summary>The numbers of a tensor where they lie.</summary>
    private static Span<T> Numbers<T>(Tensor tensor)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(tensor.bytes);
}
