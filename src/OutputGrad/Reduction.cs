namespace OutputGrad;

/// <summary>How the losses of a batch's rows become one number, and hence the divisor of every gradient.</summary>
public enum Reduction
{
    /// <summary>
    /// The weighted mean: the sum divided by the sum, over the rows that counted, of row weight times class weight of the target. With soft
    /// targets the divisor is the sum of the row weights. A batch in which no row counted has the mean 0 / 0, NaN, and zero gradients.
    /// </summary>
    Mean,

    /// <summary>The sum of row weight times row loss over the rows that counted.</summary>
    Sum,
}
