using System.Numerics;
using OutputGrad.Engine.Arguments;
using OutputGrad.Engine.Simd;
using OutputGrad.Engine.Strips;

namespace OutputGrad.Engine.Layer;

/// <summary>Lets the optimizer move weights and biases whose gradient is complete.</summary>
internal static unsafe class ClassUpdates
{
    /// <summary>Moves some classes of a block; under a filter those of which some row remains.</summary>
    public static void Apply<T>(in LayerArguments<T> layer, in Block<T> block, int first, int end, GradientTarget<T> target)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (layer.WeightThreshold > 0)
        {
            for (int c = first; c < end; c += Blocking.TileHeight)
            {
                if (!block.Mask.IsStarted(block.Index, c))
                {
                    Apply(layer, block.FirstClass + first, c - first, target);
                    first = c + Blocking.TileHeight;
                }
            }
        }

        Apply(layer, block.FirstClass + first, end - first, target);
    }

    private static void Apply<T>(in LayerArguments<T> layer, int first, int count, GradientTarget<T> target)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        layer.UpdateClasses(first, count, target.Row(first), target.Bias(first));
}
