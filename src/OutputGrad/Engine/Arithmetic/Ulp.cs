using System.Numerics;

namespace OutputGrad.Engine.Arithmetic;

/// <summary>The distance from 1 to the next number.</summary>
internal static class Ulp<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static double OfOne => double.CreateTruncating(T.BitIncrement(T.One) - T.One);
}
