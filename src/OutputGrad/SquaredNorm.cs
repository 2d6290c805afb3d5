using System.Buffers.Binary;
using OutputGrad.Engine.Arguments;
using OutputGrad.Engine.Arithmetic;

namespace OutputGrad;

/// <summary>
/// The squared Euclidean norm of one row's residual over some of the classes, in the form that shards of the vocabulary exchange to clip
/// rows.
/// </summary>
/// <remarks>
/// The residual is the slope of the row's loss, times the row's weight and before the divisor, with respect to W h + b. The row's gradient
/// with respect to all weights and biases is as long as its residual over all classes times its hidden vector with a 1 for the bias
/// (I. Goodfellow, "Efficient per-example gradient computations", 2015). Beside the rounded sum of squares it carries what rounding took
/// from it, and a power of two where squares are beyond the range of doubles. So merging in any order gives the same bits as the whole
/// layer.
/// </remarks>
public readonly struct SquaredNorm : IEquatable<SquaredNorm>
{
    /// <summary>The size of <see cref="WriteTo"/>'s form in bytes.</summary>
    public const int WireBytes = 20;

    private const byte WireVersion = 1;

    // where the parts of the wire form begin; the version is before
    private const int WireScale = 1;
    private const int WireReserved = 2;
    private const int WireSum = 4;
    private const int WireRest = 12;

    internal SquaredNorm(SquareSum squares) => Squares = squares;

    /// <summary>The norm over these classes: the root of the sum of squares. NaN if a residual is NaN.</summary>
    public double Norm => Math.ScaleB(Math.Sqrt(Squares.Sum.High), Squares.Exponent);

    internal SquareSum Squares { get; }

    /// <summary>Whether both are the same to the last bit.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator ==(SquaredNorm left, SquaredNorm right) => left.Equals(right);

    /// <summary>Whether they differ.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static bool operator !=(SquaredNorm left, SquaredNorm right) => !left.Equals(right);

    /// <summary>The squared norm over both sets of classes together: the sum.</summary>
    /// <param name="left">Of some classes of a row.</param>
    /// <param name="right">Of other classes of the same row.</param>
    public static SquaredNorm Merge(SquaredNorm left, SquaredNorm right)
    {
        SquareSum sum = left.Squares;
        sum.Add(right.Squares);
        return new(sum);
    }

    /// <summary>Reads what <see cref="WriteTo"/> wrote, on this machine or another.</summary>
    /// <param name="source">Begins with the wire form. What follows it is not read.</param>
    /// <returns>The same squared norm, every bit of it.</returns>
    /// <exception cref="ArgumentException"><paramref name="source"/> is shorter than <see cref="WireBytes"/>.</exception>
    /// <exception cref="InvalidDataException">The bytes are of another version, or no squared norm; the message says which.</exception>
    public static SquaredNorm ReadFrom(ReadOnlySpan<byte> source)
    {
        CheckWireLength(source.Length, nameof(source));
        if (source[0] != WireVersion)
        {
            throw NotASquaredNorm($"its version is {source[0]}; this library reads version {WireVersion}");
        }

        sbyte scale = (sbyte)source[WireScale];
        if (scale is < -1 or > 1 || source[WireReserved] != 0 || source[WireReserved + 1] != 0)
        {
            throw NotASquaredNorm($"its scale is {scale} and its reserved bytes {source[WireReserved]} and {source[WireReserved + 1]}; "
                + "they must be -1, 0 or 1, and 0");
        }

        DoubleDouble sum = new(
            BinaryPrimitives.ReadDoubleLittleEndian(source[WireSum..]), BinaryPrimitives.ReadDoubleLittleEndian(source[WireRest..]));
        return sum.High < 0 || !sum.IsRounded
            ? throw NotASquaredNorm($"its sum is {sum.High} and the rest {sum.Low}; they must be a sum of squares and its rounding")
            : new(new SquareSum(sum, scale * SquareSum.Shift));
    }

    /// <summary>Writes it as bytes for other processes and machines.</summary>
    /// <param name="destination">Receives <see cref="WireBytes"/> bytes. What follows them is left alone.</param>
    /// <remarks>
    /// All little-endian: in a byte each the version, 1, the scale e, -1, 0 or 1, and two zeros; the sum and what rounding took from it as
    /// doubles. The squared norm is their sum times 2^(1200 e).
    /// </remarks>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is shorter than <see cref="WireBytes"/>.</exception>
    public void WriteTo(Span<byte> destination)
    {
        CheckWireLength(destination.Length, nameof(destination));
        destination[0] = WireVersion;
        destination[WireScale] = (byte)(Squares.Exponent / SquareSum.Shift);
        destination[WireReserved] = destination[WireReserved + 1] = 0;
        BinaryPrimitives.WriteDoubleLittleEndian(destination[WireSum..], Squares.Sum.High);
        BinaryPrimitives.WriteDoubleLittleEndian(destination[WireRest..], Squares.Sum.Low);
    }

    /// <inheritdoc/>
    public bool Equals(SquaredNorm other) => Squares.Exponent == other.Squares.Exponent
        && Squares.Sum.High.Equals(other.Squares.Sum.High)
        && Squares.Sum.Low.Equals(other.Squares.Sum.Low);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is SquaredNorm other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Squares.Sum.High, Squares.Sum.Low, Squares.Exponent);

    private static void CheckWireLength(int length, string name)
    {
        if (length < WireBytes)
        {
            throw Checks.Mismatch(name, $"{name} has {length} bytes; a squared norm takes {WireBytes}.");
        }
    }

    private static InvalidDataException NotASquaredNorm(string reason) => new($"The bytes are not a SquaredNorm: {reason}.");
}
