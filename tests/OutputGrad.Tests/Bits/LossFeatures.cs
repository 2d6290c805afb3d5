namespace OutputGrad.Tests.Bits;

/// <summary>What a case asks for besides the plain loss.</summary>
[Flags]
internal enum LossFeatures
{
    None = 0,
    Bias = 1,
    SoftTargets = 1 << 1,
    Smoothing = 1 << 2,
    ClassWeights = 1 << 3,
    Softcap = 1 << 4,
    Scale = 1 << 5,
    ZLoss = 1 << 6,
    RowWeights = 1 << 7,
    IgnoredRows = 1 << 8,
    Sum = 1 << 9,
    Normalizer = 1 << 10,
    Accumulates = 1 << 11,
    Clipped = 1 << 12,
    Filters = 1 << 13,
    All = Bias | Smoothing | ClassWeights | Softcap | Scale | ZLoss | RowWeights | IgnoredRows | Accumulates,
}

internal static class LossFeaturesOptions
{
    /// <summary>
    /// No value is a power of two where one may round. The filters leave out residuals below about the mean probability: most single ones,
    /// and a good part of the groups that are left out together.
    /// </summary>
    public static CrossEntropyOptions Options(this LossFeatures features, ReadOnlyMemory<double> classWeights) => new()
    {
        LabelSmoothing = features.HasFlag(LossFeatures.Smoothing) ? .1 : 0,
        ClassWeights = features.HasFlag(LossFeatures.ClassWeights) ? classWeights : default,
        LogitSoftcap = features.HasFlag(LossFeatures.Softcap) ? 2.7 : 0,
        LogitScale = features.HasFlag(LossFeatures.Scale) ? .7 : 1,
        ZLoss = features.HasFlag(LossFeatures.ZLoss) ? 1e-3 : 0,
        Reduction = features.HasFlag(LossFeatures.Sum) ? Reduction.Sum : Reduction.Mean,
        Normalizer = features.HasFlag(LossFeatures.Normalizer) ? 3.3 : null,
        MaxRowGradientNorm = features.HasFlag(LossFeatures.Clipped) ? 3.7 : null,
        AccumulateGradients = features.HasFlag(LossFeatures.Accumulates),
        HiddenFilterThreshold = features.HasFlag(LossFeatures.Filters) ? 1.9 / classWeights.Length : 0,
        WeightFilterThreshold = features.HasFlag(LossFeatures.Filters) ? 1.7 / classWeights.Length : 0,
    };
}
