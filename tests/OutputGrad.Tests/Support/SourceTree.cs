using Xunit;

namespace OutputGrad.Tests.Support;

/// <summary>The checkout that the tests were built in.</summary>
internal static class SourceTree
{
    /// <summary>A path in it, from its parts.</summary>
    public static string Path(params ReadOnlySpan<string> parts) => System.IO.Path.Combine([Root().FullName, .. parts]);

    /// <summary>The nearest folder above the test executable that holds the solution.</summary>
    private static DirectoryInfo Root()
    {
        DirectoryInfo? root = new(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(System.IO.Path.Combine(root.FullName, "OutputGrad.sln")))
        {
            root = root.Parent;
        }

        Assert.NotNull(root);
        return root;
    }
}
