using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using FsCheck.Xunit;

namespace OutputGrad.Tests.Support.Problems;

/// <summary>A statement that holds for every problem, tried on random ones.</summary>
/// <remarks>
/// <para>Two environment variables steer all laws. OUTPUTGRAD_PROPERTY_CASES is the number of cases per law, 200 when it is not set:
/// <code>OUTPUTGRAD_PROPERTY_CASES=20000 dotnet test -c Release</code></para>
/// <para>A law that fails prints the case as drawn, the simplest one that it shrinks to, and "Last step was invoked with size of S and seed
/// of (A,B)". OUTPUTGRAD_PROPERTY_REPLAY starts every law with that very case:
/// <code>OUTPUTGRAD_PROPERTY_REPLAY=A,B,S dotnet test -c Release</code></para>
/// </remarks>
[AttributeUsage(AttributeTargets.Method)]
[SuppressMessage("Extensibility", "xUnit3003", Justification = "PropertyAttribute takes no source information to pass on.")]
public sealed class LawAttribute : PropertyAttribute
{
    private const int DefaultCases = 200;

    public LawAttribute()
    {
        MaxTest = Environment.GetEnvironmentVariable("OUTPUTGRAD_PROPERTY_CASES") is { Length: > 0 } cases
            ? int.Parse(cases, CultureInfo.InvariantCulture)
            : DefaultCases;
        if (Environment.GetEnvironmentVariable("OUTPUTGRAD_PROPERTY_REPLAY") is { Length: > 0 } replay)
        {
            Replay = replay;
        }

        Arbitrary = [typeof(AnyProblems)];
    }
}
