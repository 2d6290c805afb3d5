namespace OutputGrad.Engine.Calls;

/// <summary>What gradients are called where something is wrong with them: as the caller wrote them down.</summary>
internal readonly record struct GradientNames(string Hidden, string Weights, string Bias)
{
    /// <summary>The members of <see cref="OutputGradients{T}"/>.</summary>
    public static readonly GradientNames Members = new("gradients.Hidden", "gradients.Weights", "gradients.Bias");

    /// <summary>Arguments of their own.</summary>
    public static readonly GradientNames Arguments = new("hiddenGradient", "weightGradient", "biasGradient");
}
