using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;
using Xunit;

namespace OutputGrad.Tests.Oracle;

/// <summary>The smallest <see cref="CrossEntropyOptions.MaxWorkspaceBytes"/> that a shape is accepted with.</summary>
public static class LeastWorkspace
{
    /// <summary>By bisection between 0, which nothing is accepted with, and what the shape takes when nothing limits it.</summary>
    public static long Of<T>(int rows, int features, int classes, CrossEntropyOptions options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        long refused = 0, accepted = LinearCrossEntropy.WorkspaceBytes<T>(rows, features, classes, options with { MaxWorkspaceBytes = long.MaxValue });
        while (accepted - refused > 1)
        {
            long middle = refused + ((accepted - refused) / 2);
            try
            {
                LinearCrossEntropy.WorkspaceBytes<T>(rows, features, classes, options with { MaxWorkspaceBytes = middle });
                accepted = middle;
            }
            catch (ArgumentException)
            {
                refused = middle;
            }
        }

        return accepted;
    }

    /// <summary>The same for a step, as its refusal says it.</summary>
    public static long OfStep<T>(LayerBatch<T> batch)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        LayerBatch<T> tight = batch with { Options = batch.Options with { MaxWorkspaceBytes = 1 } };
        var refusal = Assert.Throws<ArgumentException>(() => tight.Step());
        Match said = Regex.Match(refusal.Message, "at least ([0-9]+)");
        Assert.True(said.Success, refusal.Message);
        return long.Parse(said.Groups[1].Value, CultureInfo.InvariantCulture);
    }
}
