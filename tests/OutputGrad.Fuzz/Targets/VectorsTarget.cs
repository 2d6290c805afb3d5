using OutputGrad.Fuzz.Problems;
using OutputGrad.Tests.Memory.GuardPages;
using OutputGrad.Tests.Support.Optimizers;

namespace OutputGrad.Fuzz.Targets;

/// <summary>Outer products, dials and optimizers between guard pages, bit for bit what they are elsewhere.</summary>
internal sealed class VectorsTarget : FuzzTarget
{
    public override void Run<T>(FuzzInput input, FuzzMemory memory)
    {
        Edge edge = input.Of(Edge.Back, Edge.Front);
        GuardedCalls<T> calls = memory.Calls<T>();
        (int rows, int height, int width) = (1 + input.Below(9), 1 + input.Below(90), 1 + input.Below(90));
        switch (input.Below(3))
        {
            case 0:
                calls.CompareOuterProducts(rows, height, width, edge);
                break;
            case 1:
                calls.CompareTopDials(height, width, edge);
                break;
            default:
                Optimizer optimizer = input.Below(3) switch
                {
                    0 => new SgdOptimizer(.1, .1),
                    1 => new MomentumOptimizer(.1, .9, .1, LooksAhead: input.Flag()),
                    _ => new AdamWOptimizer(.1, .9, .99, 1e-8, .1),
                };
                calls.CompareUpdate(optimizer, input.Below(600), edge);
                break;
        }
    }
}
