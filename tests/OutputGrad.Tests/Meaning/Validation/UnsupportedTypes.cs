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
            Refused(step.Run);
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
            Refused(new ShardCall<T> { Method = method }.Run);
        }

        Refused(() => LinearCrossEntropy.WorkspaceBytes<T>(1, 1, 1));
        Refused(() => OuterProduct.Add(new T[1], new T[1], new T[1], T.One));
        Refused(() => OuterProduct.AddBatch(new T[1], new T[1], 1, new T[1], T.One));
        Refused(() => Sensitivity.TopDials(new T[1], new T[1], new Dial<T>[1]));
        Refused(() => _ = new Sgd<T>(1));
        Refused(() => _ = new Momentum<T>(1, new T[1]));
        Refused(() => _ = new AdamW<T>(1, new T[1], new T[1], 1));
        Refused(() => default(Sgd<T>).Update(new T[1], new T[1], 0));
    }

    private static void Refused(Action call)
    {
        NotSupportedException error = Assert.Throws<NotSupportedException>(call);
        Assert.All((string[])[typeof(T).Name, "float", "double"], name => Assert.Contains(name, error.Message, StringComparison.Ordinal));
    }
}

public sealed class HalfIsUnsupported : UnsupportedTypes<Half>;

public sealed class NativeFloatIsUnsupported : UnsupportedTypes<NFloat>;
