using Xunit;
using Xunit.Sdk;

namespace OutputGrad.Tests.Support.Oracle;

/// <summary>Says of a failure inside a sweep which shape and which options it was.</summary>
internal static class Described
{
    public static void Run(CrossEntropyOracle oracle, string shape, Action comparison)
    {
        try
        {
            comparison();
        }
        catch (XunitException failure)
        {
            Assert.Fail(
                $"{failure.Message}{Environment.NewLine}at {shape}, {(oracle.IsOneHot ? "one-hot" : "dense")} targets, {oracle.Options}");
        }
    }
}
