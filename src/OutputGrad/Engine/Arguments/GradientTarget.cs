using System.Numerics;

namespace OutputGrad.Engine.Arguments;

/// <summary>Where the gradients of weights and biases go, from some class on; a null pointer is not wanted.</summary>
internal readonly unsafe struct GradientTarget<T>(T* weights, T* biases, int firstClass, int features)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>The caller's gradients, of all classes.</summary>
    public GradientTarget(in LayerArguments<T> layer)
        : this(layer.WeightGradient, layer.BiasGradient, firstClass: 0, layer.Features)
    {
    }

    public bool WantsWeights => weights != null;

    public bool WantsBiases => biases != null;

    /// <summary>The row of dL/dW of a class, counted from the layer's first.</summary>
    public T* Row(int c) => weights + ((nint)(c - firstClass) * features);

    /// <summary>A class's place in dL/db.</summary>
    public T* Bias(int c) => biases + (c - firstClass);
}
