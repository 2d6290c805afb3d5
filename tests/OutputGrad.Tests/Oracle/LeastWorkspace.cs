using System.Numerics;

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
}
