using Xunit;

namespace OutputGrad.Tests.Support;

/// <summary>That a run is on the path it is meant for: a switch that the runtime does not know changes nothing and says nothing.</summary>
public sealed class VectorSupportTests
{
    /// <summary>What <see cref="VectorSupport.Description"/> must be in this run.</summary>
    private const string Expected = "OUTPUTGRAD_VECTORS";

    [Fact]
    public void ThisRunIsOnThePathItIsMeantFor()
    {
        string? expected = Environment.GetEnvironmentVariable(Expected);
        Assert.SkipWhen(string.IsNullOrEmpty(expected), $"{Expected} is not set.");
        Assert.Equal(expected, VectorSupport.Description);
    }

    [Fact(Explicit = true)]
    public void Announce() => Console.Out.WriteLine($"vectors: {VectorSupport.Description}");
}
