using System.Numerics;

namespace OutputGrad.Engine.Optimizers;

/// <summary>An optimizer of this library that remembers something of every parameter: its memory is checked before a step writes.</summary>
internal interface IOptimizerMemory<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    OptimizerState<T> First { get; }

    /// <summary>The default where one number is remembered.</summary>
    OptimizerState<T> Second { get; }

    /// <summary>Throws unless the memory is for these parameters and lies apart from them.</summary>
    void Check(ReadOnlySpan<T> weights, ReadOnlySpan<T> bias);
}
