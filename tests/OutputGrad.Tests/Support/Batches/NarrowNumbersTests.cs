using Xunit;

namespace OutputGrad.Tests.Support.Batches;

/// <summary><see cref="NarrowNumbers"/> against numbers known by heart.</summary>
public class NarrowNumbersTests
{
    [Theory]
    [InlineData(1, 0x3C00, 0x3F80)]
    [InlineData(-2.5, 0xC100, 0xC020)]
    [InlineData(65504, 0x7BFF, 0x4780)]
    [InlineData(-0d, 0x8000, 0x8000)]
    [InlineData(double.NegativeInfinity, 0xFC00, 0xFF80)]
    [InlineData(1d / (1 << 24), 0x0001, 0x3380)]
    [InlineData(1 + (1d / 256), 0x3C04, 0x3F80)]
    [InlineData(1 + (3d / 256), 0x3C0C, 0x3F82)]
    [InlineData(1 + (1d / 2048), 0x3C00, 0x3F80)]
    public void NumbersAreRoundedToTheNearest(double number, int half, int bfloat16)
    {
        Assert.Equal([(ushort)half], NarrowNumbers.Bits(StoredFormat.Half, number));
        Assert.Equal([(ushort)bfloat16], NarrowNumbers.Bits(StoredFormat.BFloat16, (float)number));
    }

    [Fact]
    public void EveryNumberOf16BitsIsRoundedToItself()
    {
        foreach (StoredFormat format in (StoredFormat[])[StoredFormat.Half, StoredFormat.BFloat16])
        {
            IEnumerable<ushort> patterns = Enumerable.Range(0, 1 << 16).Select(bits => (ushort)bits);
            ushort[] all = [.. patterns.Where(bits => !float.IsNaN(NarrowNumbers.Widened(format, bits)))];
            float[] widened = Array.ConvertAll(all, bits => NarrowNumbers.Widened(format, bits));
            Exactly.SameBits<ushort>(all, NarrowNumbers.Bits(format, widened), $"{format}");
            Exactly.SameBits<float>(widened, NarrowNumbers.Rounded(format, widened), $"{format}");
        }
    }
}
