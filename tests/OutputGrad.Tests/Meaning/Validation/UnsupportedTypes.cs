using System.Numerics;
using System.Runtime.InteropServices;
using Xunit;

namespace OutputGrad.Tests.Meaning.Validation;

/// <summary>Types of the right shape that the library does not compute in; the message says which it does.</summary>
public abstract class UnsupportedTypes<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [Fact]
    public void EveryEntryPointRefusesTheType()
    {
        LogitCall<T> logits = new();
        LayerCall<T> layer = new();
        StepCall<T> step = new();
        foreach (bool soft in (bool[])[false, true])
        {
            logits.IsSoft = layer.IsSoft = step.IsSoft = soft;
            Refused(step.Run, SaidOfSteps);
            foreach (bool forwardOnly in (bool[])[false, true])
            {
                logits.IsForwardOnly = forwardOnly;
                Refused(logits.Run);
            }

            foreach (LayerMethod method in Enum.GetValues<LayerMethod>())
            {
                layer.Method = method;
                Refused(layer.Run);
            }
        }

        foreach (ShardMethod method in Enum.GetValues<ShardMethod>())
        {
            Refused(new ShardCall<T> { Method = method }.Run, method == ShardMethod.Step ? SaidOfSteps : []);
        }

        foreach (SoftmaxMethod method in Enum.GetValues<SoftmaxMethod>())
        {
            Refused(new SoftmaxCall<T>(method).Run);
        }

        Refused(() => LinearCrossEntropy.WorkspaceBytes<T>(1, 1, 1));
        Refused(() => LinearCrossEntropy.ShardWorkspaceBytes<T>(1, 1, 1, 1));
        Refused(() => default(SoftmaxState<T>).WriteTo(new byte[64]));
        Refused(() => SoftmaxState<T>.ReadFrom(new byte[64]));
        Refused(() => OuterProduct.Add(new T[1], new T[1], new T[1], T.One));
        Refused(() => OuterProduct.AddBatch(new T[1], new T[1], 1, new T[1], T.One));
        Refused(() => Sensitivity.TopDials(new T[1], new T[1], new Dial<T>[1]));
        Refused(() => _ = new Sgd<T>(1));
        Refused(() => _ = new Momentum<T>(1, new T[1]));
        Refused(() => _ = new AdamW<T>(1, new T[1], new T[1], 1));
        Refused(() => default(Sgd<T>).Update(new T[1], new T[1], 0));
    }

    /// <summary>What the refusal of a step says.</summary>
    protected virtual string[] SaidOfSteps => [typeof(T).Name, "float", "double"];

    protected static void Refused(Action call, params string[] says)
    {
        NotSupportedException error = Assert.Throws<NotSupportedException>(call);
        string[] mentions = says.Length > 0 ? says : [typeof(T).Name, "float", "double"];
        Assert.All(mentions, mention => Assert.Contains(mention, error.Message, StringComparison.Ordinal));
    }
}

/// <summary>Nothing is computed in Half, but there is a way to read it.</summary>
public sealed class HalfIsUnsupported : UnsupportedTypes<Half>
{
    /// <summary>Why such weights are not updated, and what to do.</summary>
    protected override string[] SaidOfSteps =>
        ["Weights of 16 bits are not updated", "would be lost", "2^-11", "2^-8", "Keep the weights in float", "convert them to 16 bits"];

    [Fact]
    public void TheRefusalNamesTheWayToReadIt()
    {
        string[] says = ["OutputLayer<float>.FromHalf", "LabeledBatch<float>.FromHalf"];
        foreach (LayerMethod method in Enum.GetValues<LayerMethod>())
        {
            Refused(new LayerCall<Half> { Method = method }.Run, says);
        }

        Refused(() => OutputLayer<Half>.FromHalf(new Half[2]).Run(), says);
        Refused(() => OutputLayer<Half>.FromBFloat16(new ushort[2]).Run(), says);
    }
}

file static class HalfLayers
{
    public static void Run(this OutputLayer<Half> layer) =>
        LinearCrossEntropy.Loss(layer, LabeledBatch<Half>.FromHalf(new Half[1], [0]));
}

public sealed class NativeFloatIsUnsupported : UnsupportedTypes<NFloat>;
