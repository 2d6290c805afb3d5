using System.Numerics;
using OutputGrad.Fuzz.Problems;

namespace OutputGrad.Fuzz.Targets;

/// <summary>Something that bytes are tried on. Whatever it throws is a fault.</summary>
internal abstract class FuzzTarget
{
    /// <summary>All that there are; an input's first byte chooses.</summary>
    public static readonly FuzzTarget[] All =
    [
        new LogitsTarget(), new LayerTarget(), new StepTarget(), new ShardsTarget(), new SoftmaxTarget(), new VectorsTarget(),
        new WorkspaceTarget(), new MisuseTarget(), new StateTarget(), new TensorFileTarget(), new ClassifierFileTarget(),
    ];

    public string Name => GetType().Name.Replace("Target", "", StringComparison.Ordinal);

    /// <summary>Runs an input, in the type of number that its second byte chooses.</summary>
    /// <returns>What it was tried on.</returns>
    public static FuzzTarget Run(byte[] bytes, FuzzMemory memory)
    {
        FuzzInput input = new(bytes);
        FuzzTarget target = All[input.Below(All.Length)];
        if (input.Flag())
        {
            target.Run<double>(input, memory);
        }
        else
        {
            target.Run<float>(input, memory);
        }

        return target;
    }

    public abstract void Run<T>(FuzzInput input, FuzzMemory memory)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;
}
