using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;
using Xunit;

namespace OutputGrad.Tests.Support.Batches;

/// <summary>The smallest <see cref="CrossEntropyOptions.MaxWorkspaceBytes"/> that a shape is accepted with.</summary>
public static class LeastWorkspace
{
    /// <summary>By bisection between 0, which nothing is accepted with, and what the shape takes when nothing limits it.</summary>
    public static long Of<T>(int rows, int features, int classes, CrossEntropyOptions options)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        long refused = 0,
            accepted = LinearCrossEntropy.WorkspaceBytes<T>(rows, features, classes, options with { MaxWorkspaceBytes = long.MaxValue });
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
        return Told(() => tight.Step(), 1);
    }

    /// <summary>What the refusal of a call with this limit names.</summary>
    public static long Told(Action call, long limit)
    {
        ArgumentException refusal = Assert.Throws<ArgumentException>("options", call);
        Match told = Regex.Match(refusal.Message, "^MaxWorkspaceBytes is ([0-9]+);.* need at least ([0-9]+)\\.");
        Assert.True(told.Success && told.Groups[1].Value == $"{limit}", refusal.Message);
        return long.Parse(told.Groups[2].Value, CultureInfo.InvariantCulture);
    }
}
