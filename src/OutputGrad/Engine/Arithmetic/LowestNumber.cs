using System.Numerics;
using System.Runtime.CompilerServices;

namespace OutputGrad.Engine.Arithmetic;

/// <summary>
/// The lowest finite number. No maximum that logits are subtracted from is less: a masked logit of -infinity less it is -infinity, where
/// -infinity less itself is NaN.
/// </summary>
internal static class LowestNumber<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static T Value => typeof(T) == typeof(float)
        ? Unsafe.BitCast<float, T>(-float.MaxValue)
        : Unsafe.BitCast<double, T>(-double.MaxValue);

    /// <summary>The maximum, or the lowest number where that is larger; NaN stays.</summary>
    public static T OrAbove(T max) => max < Value ? Value : max;
}
