using System.Runtime.CompilerServices;
using OutputGrad.Storage;
using Xunit;
using static OutputGrad.Tests.Features.Storage.Tensors;

namespace OutputGrad.Tests.Features.Storage;

/// <summary>How long a file and its spans live, and what many threads may do with them.</summary>
public sealed class Lifetimes : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public Lifetimes() => SafetensorsFile.Save(
        _folder.File, [Tensor("w", [2, 2], 1f, 2f, 3f, 4f)], new Dictionary<string, string> { ["k"] = "v" });

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void EveryMemberOfADisposedFileSaysSo()
    {
        SafetensorsFile file = SafetensorsFile.Open(_folder.File);
        TensorInfo tensor = file.Tensors["w"];
        IReadOnlyDictionary<string, string> metadata = file.Metadata;
        file.Dispose();
        file.Dispose();

        Assert.Throws<ObjectDisposedException>(() => file.Tensors);
        Assert.Throws<ObjectDisposedException>(() => file.Metadata);
        Assert.Throws<ObjectDisposedException>(() => file.Read<float>("w").Length);
        Assert.Throws<ObjectDisposedException>(() => file.Read<float>("none").Length);
        Assert.Throws<ObjectDisposedException>(() => file.Read<float>("w", 0, 1).Length);
        Assert.Throws<ObjectDisposedException>(() => file.ReadBytes("w").Length);
        Assert.Throws<ObjectDisposedException>(() => file.Layer("w").Weights.Length);
        Assert.Equal("w F32 [2, 2]", tensor.ToString());
        Assert.Equal("v", metadata["k"]);
    }

    [Fact]
    public void ADisposedFileIsFreeForOthers()
    {
        SafetensorsFile.Open(_folder.File).Dispose();

        using FileStream alone = new(_folder.File, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        Assert.True(alone.CanWrite);
    }

    [Fact]
    public void ARefusedFileIsFreeForOthers()
    {
        _folder.Write("{");
        Assert.Throws<InvalidDataException>(() => SafetensorsFile.Open(_folder.File));

        using FileStream alone = new(_folder.File, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
        Assert.True(alone.CanWrite);
    }

    [Fact]
    public void TheSpansOfAForgottenFileStayValid()
    {
        ReadOnlySpan<float> weights = Forget(out WeakReference forgotten);
        for (int round = 0; round < 10 && forgotten.IsAlive; round++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        GC.Collect();
        GC.WaitForPendingFinalizers();

        Assert.False(forgotten.IsAlive);
        Assert.Equal([1f, 2f, 3f, 4f], weights);
    }

    [Fact]
    public void ManyThreadsReadAtOnce()
    {
        int[] numbers = [.. Enumerable.Range(0, 10_000)];
        string header =
            """
            {"b":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"odd":{"dtype":"I32","shape":[10000],"data_offsets":[1,40001]}}
            """;
        byte[] data = new byte[40_001];
        Buffer.BlockCopy(numbers, 0, data, 1, 40_000);
        using SafetensorsFile file = SafetensorsFile.Open(_folder.Write(header.PadRight((header.Length + 7) / 8 * 8), data));
        using Barrier start = new(8);
        Exception?[] errors = new Exception?[start.ParticipantCount];
        Thread[] threads = [.. Enumerable.Range(0, errors.Length).Select(index => new Thread(() => errors[index] = Record.Exception(() =>
        {
            start.SignalAndWait(CancellationToken.None);
            for (int round = 0; round < 100; round++)
            {
                Assert.True(file.Read<int>("odd").SequenceEqual(numbers));
                Assert.True(file.Read<int>("odd", round, 50).SequenceEqual(numbers.AsSpan(round, 50)));
                Assert.Equal(2, file.Tensors.Count);
            }
        })))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());

        Assert.All(errors, Assert.Null);
    }

    [Fact]
    public void AFileMayBeOpenTwice()
    {
        using SafetensorsFile first = SafetensorsFile.Open(_folder.File);
        using (SafetensorsFile second = SafetensorsFile.Open(_folder.File))
        {
            Assert.Equal(first.Read<float>("w"), second.Read<float>("w"));
        }

        Assert.Equal([1f, 2f, 3f, 4f], first.Read<float>("w"));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ReadOnlySpan<float> Forget(out WeakReference forgotten)
    {
        SafetensorsFile file = SafetensorsFile.Open(_folder.File);
        forgotten = new(file);
        return file.Read<float>("w");
    }
}
