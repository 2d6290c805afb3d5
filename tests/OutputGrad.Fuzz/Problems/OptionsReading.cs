namespace OutputGrad.Fuzz.Problems;

/// <summary>Bytes as the options of a call that is accepted.</summary>
/// <remarks>
/// Weights are multiples of 1/4, so that the divisor of a mean is a sum without rounding, and no cancellation magnifies the errors of what
/// is divided by it.
/// </remarks>
internal static class OptionsReading
{
    public static CrossEntropyOptions Read(FuzzInput input, int classes, Random random) => new()
    {
        Reduction = input.Usually(Reduction.Mean, Reduction.Sum),
        Normalizer = input.Usually<double?>(null, null, .5, 3, 7.25),
        IgnoreIndex = input.Usually(-100, -1, 0, classes / 2, classes - 1, int.MinValue, int.MaxValue),
        LabelSmoothing = input.Usually(0, 0, .125, .1, .75, 1),
        ClassWeights = input.OneIn(4) ? Quarters(random, classes, least: input.Below(2)) : default,
        ZLoss = input.Usually(0, 0, 1e-4, 1e-3, .25),
        LogitScale = input.Usually(1, 1, .5, 2, .7, .3),
        LogitSoftcap = input.Usually(0, 0, 0, 2, 8, 30),
        AccumulateGradients = input.OneIn(4),
        MaxDegreeOfParallelism = input.Usually(1, 1, 2, 3, 7, -1),
        MaxRowGradientNorm = input.Usually<double?>(null, null, null, .25, 1, 4),
    };

    /// <summary>Multiples of 1/4 up to 2.</summary>
    public static double[] Quarters(Random random, int length, int least)
    {
        double[] quarters = new double[length];
        foreach (ref double quarter in quarters.AsSpan())
        {
            quarter = random.Next(least, 9) / 4.0;
        }

        return quarters;
    }

    /// <summary>A mean whose divisor is 0 divides by it; what is then infinite or NaN is not what is looked for.</summary>
    public static CrossEntropyOptions MadeWellPosed(this CrossEntropyOptions options, int[]? targets, double[]? rowWeights, int rows)
    {
        double sum = 0, ofRows = 0;
        for (int row = 0; row < rows; row++)
        {
            if (targets?[row] != options.IgnoreIndex)
            {
                double weight = rowWeights?[row] ?? 1;
                sum += weight * (targets is null || options.ClassWeights.IsEmpty ? 1 : options.ClassWeights.Span[targets[row]]);
                ofRows += weight;
            }
        }

        return sum == 0 || ofRows == 0 ? options with { Reduction = Reduction.Sum } : options;
    }
}
