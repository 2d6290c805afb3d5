using OutputGrad.Benchmarks.Reporting;

namespace OutputGrad.Peers;

/// <summary>What the project promises itself of one shape against libtorch; null where it promises nothing.</summary>
/// <param name="OneThread">libtorch's time over ours where both have one thread.</param>
/// <param name="TwoThreads">The same with two threads each.</param>
internal sealed record PeerTargets(Target? OneThread, Target? TwoThreads);
