using System.Runtime.InteropServices;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Processes;
using Xunit;

namespace OutputGrad.Tests.Bits;

/// <summary>
/// The same bits from every instruction set: a process of this executable for each, with the runtime's switches for it, says what vectors
/// it has and the hashes of all cases.
/// </summary>
public sealed class VectorPaths
{
    private const string Announcement = "vectors: ", Hash = "bits: ";

    /// <summary>Whatever narrows vectors; what this process was started with is not passed on.</summary>
    private static readonly string[] Switches =
    [
        "EnableAVX512", "EnableAVX2", "EnableAVX", "EnableSSE42", "EnableHWIntrinsic", "PreferredVectorBitWidth", "MaxVectorTBitWidth",
    ];

    [Theory]
    [InlineData("512 bits, native 256, fused")]
    [InlineData("256 bits, native 256, fused", "EnableAVX512=0")]
    [InlineData("256 bits, native 256, fused", "PreferredVectorBitWidth=256")]
    [InlineData("256 bits, native 128, fused", "EnableAVX512=0", "MaxVectorTBitWidth=128")]
    public async Task TheBitsAreTheGoldenOnes(string vectors, params string[] switches)
    {
        Assert.SkipUnless(RuntimeInformation.ProcessArchitecture == Architecture.X64, "The switches are those of x64.");
        string? set = Switches.FirstOrDefault(name => Environment.GetEnvironmentVariable($"DOTNET_{name}") is not null);
        Assert.SkipWhen(set is not null, $"The processes would be those of a run without DOTNET_{set}.");
        ChildOutcome child = await ChildProcess.RunAsync(typeof(VectorPaths), nameof(Announce), Variables(switches));
        Assert.True(child.ExitCode == 0, child.Cause(Hash));
        string[] found = child.After(Announcement);
        Assert.True(found.Length == 1, child.Cause(Hash));
        Assert.SkipWhen(found[0].EndsWith("not fused", StringComparison.Ordinal), "This processor has no fused multiply-add.");
        Assert.SkipWhen(switches.Length == 0 && found[0] != vectors, $"This processor has no use for 512-bit vectors: {found[0]}.");

        Assert.Equal(vectors, found[0]);
        GoldenBits.Compare(child.After(Hash));
    }

    [Fact(Explicit = true)]
    public void Announce()
    {
        Console.Out.WriteLine($"{Announcement}{VectorSupport.Description}");
        foreach (string hash in BitCases.Hashes())
        {
            Console.Out.WriteLine($"{Hash}{hash}");
        }
    }

    /// <summary>Each method runs a few times only: it is compiled well at once.</summary>
    private static (string Name, string? Value)[] Variables(string[] switches) =>
    [
        ("DOTNET_TC_QuickJitForLoops", "0"),
        .. Switches.Select(name => ($"DOTNET_{name}", default(string))),
        .. switches.Select(one => one.Split('=')).Select(parts => ($"DOTNET_{parts[0]}", parts[1])),
    ];
}
