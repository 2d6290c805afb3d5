namespace OutputGrad.Benchmarks.Suites;

/// <summary>The categories that benchmarks are selected and grouped by: one per entry point.</summary>
internal static class Category
{
    public const string SoftmaxLoss = "SoftmaxCrossEntropy.Loss";
    public const string SoftmaxGradient = "SoftmaxCrossEntropy.LossAndGradient";
    public const string LayerLoss = "LinearCrossEntropy.Loss";
    public const string LayerGradient = "LinearCrossEntropy.LossAndGradient";
    public const string StoredLoss = "LinearCrossEntropy.Loss of 16 bits";
    public const string StoredGradient = "LinearCrossEntropy.LossAndGradient of 16 bits";
    public const string LogProbabilities = "LinearSoftmax.LogProbabilities";
    public const string Probabilities = "LinearSoftmax.Probabilities";
    public const string TopK = "LinearSoftmax.TopK";
    public const string Step = "LinearCrossEntropy.Step";
    public const string ShardForward = "LinearCrossEntropy.ShardForward";
    public const string ShardBackward = "LinearCrossEntropy.ShardBackward";
    public const string OuterAdd = "OuterProduct.Add";
    public const string OuterAddBatch = "OuterProduct.AddBatch";
    public const string TopDials = "Sensitivity.TopDials";
    public const string FiniteDifference = "FiniteDifference.Gradient";
}
