namespace OutputGrad.Peers.Fit;

/// <summary>A name in the directory for temporary files, whose file is deleted in the end.</summary>
internal sealed class TemporaryFile : IDisposable
{
    public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"outputgrad-peers-{Guid.NewGuid():n}");

    public void Dispose() => File.Delete(Path);
}
