using OutputGrad.Engine.Arguments;
using OutputGrad.Engine.Calls;

namespace OutputGrad.Training.Minimization;

/// <summary>The checks of <see cref="FitOptions"/>.</summary>
internal static class FitChecks
{
    public static void Check(FitOptions options, bool hasSoftTargets, bool hasValidation)
    {
        OptionChecks.NotNegative(options.L2 ?? 0, nameof(options.L2));
        OptionChecks.NotNegative(options.GradientTolerance, nameof(options.GradientTolerance));
        OptionChecks.Range(options.MaxIterations >= 0, options.MaxIterations, nameof(options.MaxIterations), "not negative");
        OptionChecks.Range(options.History > 0, options.History, nameof(options.History), "positive");
        OptionChecks.Range(options.Patience is null or > 0, options.Patience ?? 0, nameof(options.Patience), "positive");
        if (options.ClassBalance is not (ClassBalance.None or ClassBalance.Balanced))
        {
            throw Checks.OutOfRange(
                nameof(options), options.ClassBalance, $"ClassBalance is {options.ClassBalance}; it must be None or Balanced.");
        }

        if (options.Loss is null)
        {
            throw Refused("Loss is null.");
        }

        if (options.Loss.AccumulateGradients)
        {
            throw Refused("Loss.AccumulateGradients is set; a fit computes its gradients anew.");
        }

        if (options.Loss.WeightFilterThreshold > 0 || options.Loss.MaxRowGradientNorm is not null)
        {
            throw Refused(
                "Loss.WeightFilterThreshold or Loss.MaxRowGradientNorm is set; a line search needs the gradient of the objective itself.");
        }

        ReadOnlySpan<double> weights = options.Loss.ClassWeights.Span;
        for (int c = 0; c < weights.Length; c++)
        {
            OptionChecks.NotNegative(weights[c], $"ClassWeights[{c}]");
        }

        if (options.ClassBalance == ClassBalance.Balanced && hasSoftTargets)
        {
            throw Refused("ClassBalance is Balanced, and the targets are soft: only class indices can be counted.");
        }

        if (options.Patience is not null && !hasValidation)
        {
            throw Refused("Patience is set without a validation batch, whose loss it waits for.");
        }
    }

    /// <summary>What a path asks beyond that.</summary>
    public static void Path(FitOptions options, ReadOnlySpan<double> strengths, int validationRows)
    {
        if (options.L2 is not null)
        {
            throw Refused($"L2 is {options.L2}; it must be null, because strengths say which are tried.");
        }

        if (validationRows == 0)
        {
            throw Checks.Mismatch("validation", "validation has no rows; a path is decided by their loss.");
        }

        if (strengths.IsEmpty)
        {
            throw Checks.Mismatch(nameof(strengths), "There are no strengths; a path needs one.");
        }

        for (int i = 0; i < strengths.Length; i++)
        {
            if (!(strengths[i] >= 0 && double.IsFinite(strengths[i])))
            {
                throw Checks.OutOfRange(
                    nameof(strengths), strengths[i], $"strengths[{i}] is {strengths[i]}; it must be finite and not negative.");
            }
        }
    }

    private static ArgumentException Refused(string reason) => Checks.Mismatch("options", reason);
}
