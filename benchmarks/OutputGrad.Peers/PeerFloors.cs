namespace OutputGrad.Peers;

/// <summary>What the project requires of one shape against libtorch; null where it requires nothing.</summary>
/// <param name="OneThread">libtorch's time over ours where both have one thread.</param>
/// <param name="TwoThreads">The same with two threads each.</param>
internal sealed record PeerFloors(double? OneThread = null, double? TwoThreads = null);
