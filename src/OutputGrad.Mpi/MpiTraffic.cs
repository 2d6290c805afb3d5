namespace OutputGrad.Mpi;

/// <summary>What the ranks of a communicator have exchanged so far, as one of them sees it.</summary>
/// <param name="Exchanges">The number of collective calls.</param>
/// <param name="BytesSent">
/// The bytes that this rank had for others, each counted once for every rank that it is meant for. How an MPI gets them there is its own
/// matter.
/// </param>
/// <param name="Time">The time in these calls, which includes waiting for ranks that come later.</param>
public readonly record struct MpiTraffic(long Exchanges, long BytesSent, TimeSpan Time)
{
    /// <summary>The sum of both.</summary>
    /// <param name="left">Of one communicator.</param>
    /// <param name="right">Of another.</param>
    /// <returns>Exchanges, bytes and times added up.</returns>
    public static MpiTraffic operator +(MpiTraffic left, MpiTraffic right) => Add(left, right);

    /// <summary>What has come since.</summary>
    /// <param name="left">Of a communicator now.</param>
    /// <param name="right">Of the same before.</param>
    /// <returns>The differences of exchanges, bytes and times.</returns>
    public static MpiTraffic operator -(MpiTraffic left, MpiTraffic right) => Subtract(left, right);

    /// <summary>The sum of both.</summary>
    /// <param name="left">Of one communicator.</param>
    /// <param name="right">Of another.</param>
    /// <returns>Exchanges, bytes and times added up.</returns>
    public static MpiTraffic Add(MpiTraffic left, MpiTraffic right) =>
        new(left.Exchanges + right.Exchanges, left.BytesSent + right.BytesSent, left.Time + right.Time);

    /// <summary>What has come since.</summary>
    /// <param name="left">Of a communicator now.</param>
    /// <param name="right">Of the same before.</param>
    /// <returns>The differences of exchanges, bytes and times.</returns>
    public static MpiTraffic Subtract(MpiTraffic left, MpiTraffic right) =>
        new(left.Exchanges - right.Exchanges, left.BytesSent - right.BytesSent, left.Time - right.Time);
}
