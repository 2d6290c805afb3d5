namespace OutputGrad.Engine.Loss;

/// <summary>What one row adds to the sums over the batch; the default adds nothing.</summary>
internal readonly record struct RowLoss(double Weight, double CrossEntropy, double LogSumExp, bool IsCorrect);
