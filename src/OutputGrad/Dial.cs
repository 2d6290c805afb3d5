using System.Numerics;

namespace OutputGrad;

/// <summary>One weight of the layer and the slope of the loss along it.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="Class">The row of W: the class whose logit the weight feeds.</param>
/// <param name="Feature">The column of W: the feature that the weight multiplies.</param>
/// <param name="Slope">dL/dW[Class, Feature]: positive where turning the weight up makes the loss worse.</param>
public readonly record struct Dial<T>(int Class, int Feature, T Slope)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>;
