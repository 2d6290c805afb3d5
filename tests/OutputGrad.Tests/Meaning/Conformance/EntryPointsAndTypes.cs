using OutputGrad.Tests.Support.Batches;

// Every class of cases, once for each entry point and type, and for the oracle.
namespace OutputGrad.Tests.Meaning.Conformance;

public sealed class ReductionsFromLogitsInFloat : ReductionCases<float, FromLogits>;

public sealed class ReductionsFromLogitsInDouble : ReductionCases<double, FromLogits>;

public sealed class ReductionsFromLayerInFloat : ReductionCases<float, FromLayer>;

public sealed class ReductionsFromLayerInDouble : ReductionCases<double, FromLayer>;

public sealed class ReductionsFromStepInFloat : ReductionCases<float, FromStep>;

public sealed class ReductionsFromStepInDouble : ReductionCases<double, FromStep>;
public sealed class ReductionsFromShardsInFloat : ReductionCases<float, FromShards>;

public sealed class ReductionsFromShardsInDouble : ReductionCases<double, FromShards>;

public sealed class ReductionsFromTheOracle : ReductionCases<double, FromOracle>;

public sealed class IgnoredRowsFromLogitsInFloat : IgnoredRowCases<float, FromLogits>;

public sealed class IgnoredRowsFromLogitsInDouble : IgnoredRowCases<double, FromLogits>;

public sealed class IgnoredRowsFromLayerInFloat : IgnoredRowCases<float, FromLayer>;

public sealed class IgnoredRowsFromLayerInDouble : IgnoredRowCases<double, FromLayer>;

public sealed class IgnoredRowsFromStepInFloat : IgnoredRowCases<float, FromStep>;

public sealed class IgnoredRowsFromStepInDouble : IgnoredRowCases<double, FromStep>;
public sealed class IgnoredRowsFromShardsInFloat : IgnoredRowCases<float, FromShards>;

public sealed class IgnoredRowsFromShardsInDouble : IgnoredRowCases<double, FromShards>;

public sealed class IgnoredRowsFromTheOracle : IgnoredRowCases<double, FromOracle>;

public sealed class ClassWeightsAndSmoothingFromLogitsInFloat : ClassWeightAndSmoothingCases<float, FromLogits>;

public sealed class ClassWeightsAndSmoothingFromLogitsInDouble : ClassWeightAndSmoothingCases<double, FromLogits>;

public sealed class ClassWeightsAndSmoothingFromLayerInFloat : ClassWeightAndSmoothingCases<float, FromLayer>;

public sealed class ClassWeightsAndSmoothingFromLayerInDouble : ClassWeightAndSmoothingCases<double, FromLayer>;

public sealed class ClassWeightsAndSmoothingFromStepInFloat : ClassWeightAndSmoothingCases<float, FromStep>;

public sealed class ClassWeightsAndSmoothingFromStepInDouble : ClassWeightAndSmoothingCases<double, FromStep>;

public sealed class ClassWeightsAndSmoothingFromTheOracle : ClassWeightAndSmoothingCases<double, FromOracle>;

public sealed class SoftTargetsFromLogitsInFloat : SoftTargetCases<float, FromLogits>;

public sealed class SoftTargetsFromLogitsInDouble : SoftTargetCases<double, FromLogits>;

public sealed class SoftTargetsFromLayerInFloat : SoftTargetCases<float, FromLayer>;

public sealed class SoftTargetsFromLayerInDouble : SoftTargetCases<double, FromLayer>;

public sealed class SoftTargetsFromStepInFloat : SoftTargetCases<float, FromStep>;

public sealed class SoftTargetsFromStepInDouble : SoftTargetCases<double, FromStep>;

public sealed class SoftTargetsFromTheOracle : SoftTargetCases<double, FromOracle>;

public sealed class LogitOptionsFromLogitsInFloat : LogitOptionCases<float, FromLogits>;

public sealed class LogitOptionsFromLogitsInDouble : LogitOptionCases<double, FromLogits>;

public sealed class LogitOptionsFromLayerInFloat : LogitOptionCases<float, FromLayer>;

public sealed class LogitOptionsFromLayerInDouble : LogitOptionCases<double, FromLayer>;

public sealed class LogitOptionsFromStepInFloat : LogitOptionCases<float, FromStep>;

public sealed class LogitOptionsFromStepInDouble : LogitOptionCases<double, FromStep>;
public sealed class LogitOptionsFromShardsInFloat : LogitOptionCases<float, FromShards>;

public sealed class LogitOptionsFromShardsInDouble : LogitOptionCases<double, FromShards>;

public sealed class LogitOptionsFromTheOracle : LogitOptionCases<double, FromOracle>;

public sealed class ExtremeLogitsFromLogitsInFloat : ExtremeLogitCases<float, FromLogits>;

public sealed class ExtremeLogitsFromLogitsInDouble : ExtremeLogitCases<double, FromLogits>;

public sealed class ExtremeLogitsFromLayerInFloat : ExtremeLogitCases<float, FromLayer>;

public sealed class ExtremeLogitsFromLayerInDouble : ExtremeLogitCases<double, FromLayer>;

public sealed class ExtremeLogitsFromStepInFloat : ExtremeLogitCases<float, FromStep>;

public sealed class ExtremeLogitsFromStepInDouble : ExtremeLogitCases<double, FromStep>;
public sealed class ExtremeLogitsFromShardsInFloat : ExtremeLogitCases<float, FromShards>;

public sealed class ExtremeLogitsFromShardsInDouble : ExtremeLogitCases<double, FromShards>;

public sealed class ExtremeLogitsFromTheOracle : ExtremeLogitCases<double, FromOracle>;

public sealed class InfiniteLogitsFromLogitsInFloat : InfiniteLogitCases<float, FromLogits>;

public sealed class InfiniteLogitsFromLogitsInDouble : InfiniteLogitCases<double, FromLogits>;

public sealed class InfiniteLogitsFromTheOracle : InfiniteLogitCases<double, FromOracle>;
