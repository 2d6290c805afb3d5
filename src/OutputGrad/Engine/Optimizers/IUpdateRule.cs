using OutputGrad.Engine.Simd;

namespace OutputGrad.Engine.Optimizers;

/// <summary>How an optimizer moves parameters, one per lane, from their gradient and what it remembers of them.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
internal interface IUpdateRule<T>
    where T : unmanaged
{
    /// <summary>How many numbers are remembered of every parameter: 0, 1 or 2.</summary>
    static abstract int StateCount { get; }

    /// <summary>Returns the new parameters and replaces what is remembered of them.</summary>
    TVector Move<TSimd, TVector>(TVector weight, TVector gradient, ref TVector first, ref TVector second)
        where TSimd : ISimd<TVector, T>
        where TVector : unmanaged;
}
