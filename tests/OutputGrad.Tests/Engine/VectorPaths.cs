using System.Diagnostics;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Xunit;

namespace OutputGrad.Tests.Engine;

/// <summary>
/// The same bits from every instruction set: a process of this executable for each, with the runtime's switches for it, says what vectors
/// it has and the hashes of all cases.
/// </summary>
public sealed class VectorPaths
{
    private const string Announcement = "vectors: ", Hash = "bits: ";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

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
        string[] output = await RunAsync(switches);
        string[] found = Lines(output, Announcement);
        Assert.True(found.Length == 1, string.Join('\n', output));
        Assert.SkipWhen(found[0].EndsWith("not fused", StringComparison.Ordinal), "This processor has no fused multiply-add.");
        Assert.SkipWhen(switches.Length == 0 && found[0] != vectors, $"This processor has no use for 512-bit vectors: {found[0]}.");

        Assert.Equal(vectors, found[0]);
        GoldenBits.Compare(Lines(output, Hash));
    }

    [Fact(Explicit = true)]
    public void Announce()
    {
        string widest = Vector512.IsHardwareAccelerated ? "512" : Vector256.IsHardwareAccelerated ? "256" : "128";
        Console.Out.WriteLine($"{Announcement}{widest} bits, native {Vector<byte>.Count * 8}, {(Fma.IsSupported ? "" : "not ")}fused");
        foreach (string hash in GoldenBits.Hashes())
        {
            Console.Out.WriteLine($"{Hash}{hash}");
        }
    }

    private static string[] Lines(string[] output, string prefix) =>
        [.. from line in output where line.StartsWith(prefix, StringComparison.Ordinal) select line[prefix.Length..].TrimEnd()];

    private static async Task<string[]> RunAsync(string[] switches)
    {
        string executable = Environment.ProcessPath!;
        bool isDotnet = Path.GetFileNameWithoutExtension(executable) == "dotnet";
        string[] assembly = isDotnet ? [typeof(VectorPaths).Assembly.Location] : [];
        string method = $"{typeof(VectorPaths).FullName}.{nameof(Announce)}";
        ProcessStartInfo start = new(executable, [.. assembly, "-noColor", "-explicit", "only", "-method", method]) { RedirectStandardOutput = true };
        foreach (string name in Switches)
        {
            start.Environment.Remove($"DOTNET_{name}");
        }

        foreach (string[] one in switches.Select(one => one.Split('=')))
        {
            start.Environment[$"DOTNET_{one[0]}"] = one[1];
        }

        // each method runs a few times only: it is compiled well at once
        start.Environment["DOTNET_TC_QuickJitForLoops"] = "0";
        using Process process = Process.Start(start)!;
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        timeout.CancelAfter(Patience);
        try
        {
            string output = await process.StandardOutput.ReadToEndAsync(timeout.Token);
            await process.WaitForExitAsync(timeout.Token);
            Assert.True(process.ExitCode == 0, output);
            return output.Split('\n');
        }
        finally
        {
            process.Kill(entireProcessTree: true);
        }
    }
}
