using System.Numerics;

namespace OutputGrad.Engine.Arguments;

/// <summary>An optimizer of this library that moves weights by a gradient which is nowhere stored.</summary>
internal interface IFactoredUpdate<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Moves the weights of some classes.</summary>
    /// <param name="weights">The weights [classes x features].</param>
    /// <param name="gradient">Of the first of these classes and those after it.</param>
    /// <param name="index">The position of <c>weights[0]</c> among all parameters.</param>
    void Update(Span<T> weights, in FactoredGradient<T> gradient, long index);
}
