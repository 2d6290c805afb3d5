using System.Buffers;
using OutputGrad.Storage;
using Xunit;
using static OutputGrad.Tests.Features.Storage.Tensors;

namespace OutputGrad.Tests.Features.Storage;

/// <summary>A file is replaced as a whole or stays as it was, and nothing else is left in its directory.</summary>
public sealed class AtomicSaves : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void SavingReplacesTheOldFile()
    {
        SafetensorsFile.Save(_folder.File, [new("old", [1000], new float[1000])]);
        SafetensorsFile.Save(_folder.File, [Tensor("new", [1], 3f)]);
        using SafetensorsFile file = SafetensorsFile.Open(_folder.File);

        Assert.Equal(["new"], file.Tensors.Keys);
        Assert.Equal(["model.safetensors"], _folder.Names);
    }

    [Fact]
    public void AFailureHalfWayLeavesTheOldFile()
    {
        SafetensorsFile.Save(_folder.File, [Tensor("old", [1], 1f)]);
        byte[] old = File.ReadAllBytes(_folder.File);
        using FailingMemory memory = new(3 << 20, () => _folder.Names.Length);
        SafetensorsTensor[] tensors = [Tensor("first", [1], 1L), new("second", [3 << 20], memory.Memory)];

        Assert.Throws<TimeoutException>(() => SafetensorsFile.Save(_folder.File, tensors));
        Assert.Equal(2, memory.FilesSeen);
        Assert.Equal(old, File.ReadAllBytes(_folder.File));
        Assert.Equal(["model.safetensors"], _folder.Names);
    }

    [Fact]
    public void AFailureHalfWayLeavesNoFileWhereThereWasNone()
    {
        using FailingMemory memory = new(3 << 20, () => _folder.Names.Length);

        Assert.Throws<TimeoutException>(() => SafetensorsFile.Save(_folder.File, [new("t", [3 << 20], memory.Memory)]));
        Assert.Equal(1, memory.FilesSeen);
        Assert.Empty(_folder.Names);
    }

    [Fact]
    public void WhatCannotBeReplacedLeavesNothingBehind()
    {
        Directory.CreateDirectory(_folder.File);

        Exception? error = Record.Exception(() => SafetensorsFile.Save(_folder.File, [Tensor("t", [1], 1f)]));
        Assert.True(error is IOException or UnauthorizedAccessException, $"{error}");
        Assert.Empty(_folder.Names);
        Assert.Throws<DirectoryNotFoundException>(() => SafetensorsFile.Save(Path.Combine(_folder.Directory, "no", "file"), []));
    }

    [Fact]
    public void TensorsThatCannotBeListedChangeNothing()
    {
        SafetensorsFile.Save(_folder.File, []);
        byte[] old = File.ReadAllBytes(_folder.File);

        Assert.Throws<TimeoutException>(() => SafetensorsFile.Save(_folder.File, Failing()));
        Assert.Equal(old, File.ReadAllBytes(_folder.File));
        Assert.Equal(["model.safetensors"], _folder.Names);
    }

    [Fact]
    public void AnOpenFileKeepsItsNumbersWhenItsNameGoesToAnother()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows does not replace a file that is mapped.");
        SafetensorsFile.Save(_folder.File, [Tensor("t", [2], 1f, 2f)]);
        using SafetensorsFile old = SafetensorsFile.Open(_folder.File);
        SafetensorsFile.Save(_folder.File, [Tensor("t", [2], 3f, 4f)]);
        using SafetensorsFile replaced = SafetensorsFile.Open(_folder.File);

        Assert.Equal([1f, 2f], old.Read<float>("t"));
        Assert.Equal([3f, 4f], replaced.Read<float>("t"));
    }

    [Fact]
    public void ASymbolicLinkStaysAndItsTargetIsReplaced()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a privilege there.");
        SafetensorsFile.Save(_folder.File, []);
        string link = Path.Combine(_folder.Directory, "link");
        File.CreateSymbolicLink(link, _folder.File);
        SafetensorsFile.Save(link, [Tensor("t", [1], 5f)]);
        using SafetensorsFile file = SafetensorsFile.Open(_folder.File);

        Assert.Equal(_folder.File, new FileInfo(link).LinkTarget);
        Assert.Equal([5f], file.Read<float>("t"));
    }

    /// <summary>Fewer than a process gives by default, and more.</summary>
    [Theory]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite)]
    [InlineData(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite)]
    public void PermissionsOfTheOldFileStay(UnixFileMode mode)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Skip("Windows has no such permissions.");
            return;
        }

        SafetensorsFile.Save(_folder.File, []);
        File.SetUnixFileMode(_folder.File, mode);
        SafetensorsFile.Save(_folder.File, [Tensor("t", [1], 5f)]);

        Assert.Equal(mode, File.GetUnixFileMode(_folder.File));
    }

    [Fact]
    public void AnOldFileThatSomebodyRemovesMeanwhileIsNone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows does not replace a file that is being removed.");
        using CancellationTokenSource stop = new();
        Thread remover = new(() =>
        {
            while (!stop.IsCancellationRequested)
            {
                File.Delete(_folder.File);
            }
        });
        remover.Start();
        Exception?[] errors = [.. Enumerable.Range(0, 1_000).Select(_ => Record.Exception(() => SafetensorsFile.Save(_folder.File, [])))];
        stop.Cancel();
        remover.Join();

        Assert.All(errors, Assert.Null);
    }

    [Fact]
    public void NamesMayBeAsLongAsTheSystemAllows()
    {
        string path = Path.Combine(_folder.Directory, new string('x', 255));

        SafetensorsFile.Save(path, [Tensor("t", [1], 5f)]);

        Assert.True(File.Exists(path));
    }

    private static IEnumerable<SafetensorsTensor> Failing()
    {
        yield return Tensor("t", [1], 1f);
        throw new TimeoutException();
    }

    /// <summary>Memory that can be asked for its numbers once, and then fails, as memory of another process or device may.</summary>
    private sealed class FailingMemory(int length, Func<int> countFiles) : MemoryManager<float>
    {
        private readonly float[] _numbers = new float[length];
        private bool _asked;

        /// <summary>How many files there were when it failed.</summary>
        public int FilesSeen { get; private set; }

        public override Memory<float> Memory => CreateMemory(length);

        public override Span<float> GetSpan()
        {
            if (_asked)
            {
                FilesSeen = countFiles();
                throw new TimeoutException();
            }

            _asked = true;
            return _numbers;
        }

        public override MemoryHandle Pin(int elementIndex = 0) => throw new NotSupportedException();

        public override void Unpin() => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
        }
    }
}
