using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using OutputGrad.Storage;
using Xunit;

namespace OutputGrad.Tests.Features.Storage;

/// <summary>
/// Other programs pad no header, or put bytes before floats: such tensors are copied, with the same bits, to where they are aligned.
/// </summary>
public sealed class UnalignedTensors : IDisposable
{
    private static readonly double[] Numbers = [1.5, -0d, double.Epsilon, double.NaN, 1 / 3d];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>How many bytes there are before the doubles, and how far the header ends from a multiple of 16.</summary>
    public static TheoryData<int, int> Shifts =>
        [.. from shift in Enumerable.Range(0, 16) from rest in Enumerable.Range(0, 8) select new TheoryDataRow<int, int>(shift, rest)];

    [Theory]
    [MemberData(nameof(Shifts))]
    public void NumbersAreTheSameAtEveryAddress(int shift, int rest)
    {
        using SafetensorsFile file = SafetensorsFile.Open(Shifted(shift, rest));

        Same(Numbers, file.Read<double>("n"));
        Same(Numbers[1..4], file.Read<double>("n", 1, 3));
        Assert.Equal(MemoryMarshal.AsBytes<double>(Numbers).ToArray(), file.ReadBytes("n"));
        Assert.Empty(file.Read<double>("none").ToArray());
        Assert.Empty(file.Read<double>("n", 5, 0).ToArray());
    }

    [Theory]
    [MemberData(nameof(Shifts))]
    public void EverySpanIsAligned(int shift, int rest)
    {
        using SafetensorsFile file = SafetensorsFile.Open(Shifted(shift, rest));

        Assert.Equal(0, Address(file.Read<double>("n")) % sizeof(double));
        Assert.Equal(0, Address(file.Read<double>("n", 2, 2)) % sizeof(double));
    }

    [Fact]
    public void TheCopyIsMadeOnce()
    {
        using SafetensorsFile file = SafetensorsFile.Open(Shifted(1));

        Assert.False(file.ReadBytes("n").Overlaps(MemoryMarshal.AsBytes(file.Read<double>("n"))));
        Assert.True(file.Read<double>("n") == file.Read<double>("n"));
    }

    [Theory]
    [InlineData(8, 0)]
    [InlineData(5, 3)]
    public void AlignedTensorsAreNotCopied(int shift, int rest)
    {
        using SafetensorsFile file = SafetensorsFile.Open(Shifted(shift, rest));

        Assert.True(file.ReadBytes("n") == MemoryMarshal.AsBytes(file.Read<double>("n")));
    }

    /// <summary>A file with so many bytes before its doubles, whose header ends so far from a multiple of 16.</summary>
    private string Shifted(int shift, int rest = 0)
    {
        int end = shift + Numbers.Length * sizeof(double);
        string header =
            $$$"""
            {"before":{"dtype":"I8","shape":[{{{shift}}}],"data_offsets":[0,{{{shift}}}]},
            "none":{"dtype":"F64","shape":[0],"data_offsets":[{{{shift}}},{{{shift}}}]},
            "n":{"dtype":"F64","shape":[5],"data_offsets":[{{{shift}}},{{{end}}}]}}
            """;
        int length = (header.Length + 8 + 15) / 16 * 16 - 8 + rest;
        return _folder.Write(header.PadRight(length), [.. new byte[shift], .. MemoryMarshal.AsBytes<double>(Numbers)]);
    }

    private static void Same(double[] expected, ReadOnlySpan<double> actual) =>
        Assert.Equal(MemoryMarshal.AsBytes<double>(expected).ToArray(), MemoryMarshal.AsBytes(actual).ToArray());

    private static unsafe long Address(ReadOnlySpan<double> span) => (long)Unsafe.AsPointer(ref MemoryMarshal.GetReference(span));
}
