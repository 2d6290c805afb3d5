using OutputGrad.Tests.Support.Batches;

namespace OutputGrad.Tests.Bits;

/// <summary>Outer products of so many rows; of one, by the method for one.</summary>
internal sealed record OuterProductBitCase(int Rows, int Height, int Width) : BitCase
{
    public override string Name => $"outer {Rows}x{Height}x{Width}";

    public override long Size => (long)Rows * Height * Width;

    /// <summary>The method takes no options.</summary>
    public override int Threads<T>(int most) => 1;

    public override BitRun Prepare<T>()
    {
        IntegerNumbers numbers = new(Seed);
        T[] x = numbers.Signed<T>(Rows * Height), y = numbers.Signed<T>(Rows * Width), before = numbers.Signed<T>(Height * Width);
        T scale = numbers.Positive<T>(1)[0];
        return (offset, _) =>
        {
            Offsets offsets = new(offset);
            ReadOnlySpan<T> left = offsets.Place(x).Span, right = offsets.Place(y).Span;
            Span<T> destination = offsets.Place(before).Span;
            if (Rows == 1)
            {
                OuterProduct.Add(left, right, destination, scale);
            }
            else
            {
                OuterProduct.AddBatch(left, right, Rows, destination, scale);
            }

            BitHash hash = new();
            hash.Add<T>(destination);
            return hash.Value;
        };
    }
}
