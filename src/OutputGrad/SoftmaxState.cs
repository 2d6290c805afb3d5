using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using OutputGrad.Engine.Arguments;
using OutputGrad.Engine.Arithmetic;
using OutputGrad.Engine.Loss;
using OutputGrad.Engine.Simd;

namespace OutputGrad;

/// <summary>One row's softmax over some of the classes, in the form that shards of the vocabulary exchange.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <param name="Max">
/// m, the largest logit of these classes, including the target's. NaN if a logit is NaN; at least the lowest finite number unless there are
/// no classes.
/// </param>
/// <param name="SumOfOthers">The sum of exp(z - m) over these classes, without the target.</param>
/// <param name="TargetLogit">The target's logit; negative infinity where the target is not among these classes.</param>
/// <remarks>
/// Beside its three numbers a state carries the rounding error of the sum, the class of the largest logit, and what soft targets and label
/// smoothing need of its classes. So merging in any order gives the same bits as the whole layer, and counts of correct rows are exact
/// where logits tie. <see cref="WriteTo"/> and <see cref="ReadFrom"/> take all along to other processes and machines. A state that is made
/// from the three numbers alone, or changed in one of them, differs from that by rounding, counts a row as correct if the target's logit is
/// the largest, and serves class indices without smoothing alone. Equality compares the three numbers.
/// </remarks>
/// <example>
/// <code>
/// float[] weights = [1f, 0f, 0f, 1f, -1f, -1f, 2f, 0f];                   // 4 classes x 2 features
/// LabeledBatch&lt;float> batch = new([2f, 1f], (int[])[3]);
/// SoftmaxState&lt;float>[] first = new SoftmaxState&lt;float>[1], second = new SoftmaxState&lt;float>[1];
///
/// LinearCrossEntropy.ShardForward(new OutputLayer&lt;float>(weights.AsSpan(0, 4)), batch, firstClass: 0, classes: 4, first);
/// LinearCrossEntropy.ShardForward(new OutputLayer&lt;float>(weights.AsSpan(4)), batch, firstClass: 2, classes: 4, second);
/// SoftmaxState&lt;float> merged = SoftmaxState&lt;float>.Merge(first[0], second[0]);
/// Console.WriteLine($"{merged.LogSumExp - merged.TargetLogit:F4}");       // 0.1706
/// </code>
/// </example>
public readonly record struct SoftmaxState<T>(T Max, T SumOfOthers, T TargetLogit)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const byte WireVersion = 1;

    // where the parts of the wire form begin; version and element size are before
    private const int WireIsWhole = 2;
    private const int WireReserved = 3;
    private const int WireClass = 4;
    private const int WireRest = 8;
    private const int WireDense = 16;
    private const int WireNumbers = 48;

    private readonly double _sumRest;
    private readonly DenseTarget _dense;
    private readonly bool _isWhole;

    // one more than the class, so that 0 is not known
    private readonly int _afterLargest;

    // what a state carries beside its three numbers is forgotten with any of them
    private readonly T _max = Max;
    private readonly T _sumOfOthers = SumOfOthers;
    private readonly T _targetLogit = TargetLogit;

    internal SoftmaxState(T max, DoubleDouble sumOfOthers, T targetLogit, int largestClass, DenseTarget? dense)
        : this(max, T.CreateTruncating(sumOfOthers.High), targetLogit)
    {
        _dense = dense ?? default;
        _isWhole = dense is not null;
        double rest = sumOfOthers.High - double.CreateTruncating(SumOfOthers) + sumOfOthers.Low;
        _sumRest = double.IsFinite(rest) ? rest : 0;
        _afterLargest = largestClass + 1;
    }

    private SoftmaxState((T Max, T SumOfOthers, T TargetLogit) numbers, double sumRest, int largestClass, DenseTarget? dense)
        : this(numbers.Max, numbers.SumOfOthers, numbers.TargetLogit)
    {
        _dense = dense ?? default;
        _isWhole = dense is not null;
        _sumRest = sumRest;
        _afterLargest = largestClass + 1;
    }

    /// <summary>The size of <see cref="WriteTo"/>'s form in bytes: 60 for float, 72 for double.</summary>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static int WireBytes
    {
        get
        {
            Checks.ElementType<T>();
            return WireNumbers + (3 * Unsafe.SizeOf<T>());
        }
    }

    /// <summary>m, the largest logit of these classes.</summary>
    public T Max
    {
        get => _max;
        init => (_max, _sumRest, _afterLargest, _dense, _isWhole) = (value, 0, 0, default, false);
    }

    /// <summary>The sum of exp(z - m) over these classes, without the target.</summary>
    public T SumOfOthers
    {
        get => _sumOfOthers;
        init => (_sumOfOthers, _sumRest, _afterLargest, _dense, _isWhole) = (value, 0, 0, default, false);
    }

    /// <summary>The target's logit; negative infinity where the target is not among these classes.</summary>
    public T TargetLogit
    {
        get => _targetLogit;
        init => (_targetLogit, _sumRest, _afterLargest, _dense, _isWhole) = (value, 0, 0, default, false);
    }

    /// <summary>The state of no classes: merging with it changes nothing.</summary>
    public static SoftmaxState<T> Empty => new(T.NegativeInfinity, T.Zero, T.NegativeInfinity);

    /// <summary>
    /// log sum exp over these classes, including the target if it is among them; negative infinity if there are no classes.
    /// </summary>
    public T LogSumExp => T.IsNegativeInfinity(Max) ? Max : T.CreateTruncating(Softmax.LogSumExp);

    /// <summary>
    /// In the numbers that losses and gradients are made of. The sum is the rounded one, which does not depend on how it was merged.
    /// </summary>
    internal RowSoftmax Softmax =>
        new(double.CreateTruncating(Max), double.CreateTruncating(TargetLogit), double.CreateTruncating(SumOfOthers));

    /// <summary>The class with the largest logit, the lowest on ties; -1 where that is not known.</summary>
    internal int LargestClass => _afterLargest - 1;

    /// <summary>Whether it has what soft targets and smoothing need; no classes have nothing that they could lack.</summary>
    internal bool IsWhole => _isWhole || (T.IsNegativeInfinity(Max) && IsMasked);

    /// <summary>What these classes say of a target with weights at all of them.</summary>
    internal DenseTarget Dense => _dense;

    /// <summary>
    /// Whether all these classes are masked, which have a sum of 0 below the lowest number and lose against a logit that is the lowest
    /// number.
    /// </summary>
    private bool IsMasked => SumOfOthers == T.Zero && T.IsNegativeInfinity(TargetLogit);

    private DoubleDouble Sum => new(double.CreateTruncating(SumOfOthers), _sumRest);

    /// <summary>The state of both states' classes together.</summary>
    /// <param name="left">The state of some classes of a row.</param>
    /// <param name="right">The state of other classes of the same row.</param>
    /// <returns>
    /// With m the larger maximum: m, exp(left.Max - m) left.SumOfOthers + exp(right.Max - m) right.SumOfOthers, and the target's logit from
    /// the state that has the target. NaN in either state gives NaN.
    /// </returns>
    public static SoftmaxState<T> Merge(SoftmaxState<T> left, SoftmaxState<T> right)
    {
        bool isTie = left.Max == right.Max || (T.IsNaN(left.Max) && T.IsNaN(right.Max));
        bool leftIsLargest = isTie && left.IsMasked == right.IsMasked ? left.LargestClass <= right.LargestClass
            : isTie ? right.IsMasked
            : T.IsNaN(left.Max) || left.Max > right.Max;
        (SoftmaxState<T> largest, SoftmaxState<T> other) = leftIsLargest ? (left, right) : (right, left);
        T target = T.IsNegativeInfinity(left.TargetLogit) ? right.TargetLogit : left.TargetLogit;
        DoubleDouble sum = largest.Sum + (WeightBelow(largest.Max, other.Max) * other.Sum);
        DenseTarget dense = largest._dense
            + other._dense.Below(double.CreateTruncating(largest.Max), double.CreateTruncating(other.Max));
        return new(largest.Max, sum, target, largest.LargestClass, left.IsWhole && right.IsWhole ? dense : null);
    }

    /// <summary>Reads what <see cref="WriteTo"/> wrote, on this machine or another.</summary>
    /// <param name="source">Begins with a state's wire form. What follows it is not read.</param>
    /// <returns>The same state, every bit of it: it merges as the one that was written.</returns>
    /// <remarks>
    /// Bytes that are no state are refused. Bytes that somebody made up may read as a state that no layer has, as
    /// <see cref="SoftmaxState{T}(T, T, T)"/> can make one too; its losses and gradients mean nothing, and that is all.
    /// </remarks>
    /// <exception cref="ArgumentException"><paramref name="source"/> is shorter than <see cref="WireBytes"/>.</exception>
    /// <exception cref="InvalidDataException">
    /// The bytes are of another version or another T, or they are no state: the message says which.
    /// </exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static SoftmaxState<T> ReadFrom(ReadOnlySpan<byte> source)
    {
        CheckWireLength(source.Length, nameof(source));
        if (source[0] != WireVersion)
        {
            throw NotAState($"its version is {source[0]}; this library reads version {WireVersion}");
        }

        if (source[1] != Unsafe.SizeOf<T>())
        {
            throw NotAState($"its numbers have {source[1]} bytes; a {typeof(T).Name} has {Unsafe.SizeOf<T>()}");
        }

        if (source[WireIsWhole] > 1 || source[WireReserved] != 0)
        {
            throw NotAState(
                $"its flag is {source[WireIsWhole]} and its reserved byte {source[WireReserved]}; they must be 0 or 1, and 0");
        }

        int largestClass = BinaryPrimitives.ReadInt32LittleEndian(source[WireClass..]);
        if (largestClass is < -1 or int.MaxValue)
        {
            throw NotAState($"its largest class is {largestClass}; it must be a class, or -1 where it is not known");
        }

        double rest = BinaryPrimitives.ReadDoubleLittleEndian(source[WireRest..]);
        T sum = NumberAt(source, 1);
        if (!IsRest(rest, sum))
        {
            throw NotAState($"the rest of its sum is {rest}; it must be less than the sum, {sum}, is rounded by");
        }

        DenseTarget dense = new(PairAt(source, 0), PairAt(source, 1));
        bool isWhole = source[WireIsWhole] == 1;
        if (!dense.Sum.IsRounded || !dense.Gap.IsRounded || (!isWhole && source[WireDense..WireNumbers].ContainsAnyExcept((byte)0)))
        {
            throw NotAState("the sums over its dense target are no sums of two doubles, or it has none and they are not 0");
        }

        return new((NumberAt(source, 0), sum, NumberAt(source, 2)), rest, largestClass, isWhole ? dense : null);
    }

    /// <summary>
    /// Writes the whole state as bytes for other processes and machines: its numbers and all that it carries beside them.
    /// </summary>
    /// <param name="destination">Receives <see cref="WireBytes"/> bytes. What follows them is left alone.</param>
    /// <remarks>
    /// All little-endian: in a byte each the version, 1, the bytes of a number, 4 or 8, a 1 for a state that is whole or a 0 for one of
    /// three numbers, and a 0; the class of the largest logit as an int, -1 where it is not known; the rest of the sum as a double; the sum
    /// over a dense target's weights, and over these times the distances of the logits to <see cref="Max"/>, as two doubles each, the
    /// second what rounding took from the first; <see cref="Max"/>, <see cref="SumOfOthers"/> and <see cref="TargetLogit"/> as T. The same
    /// state has the same bytes on every machine, and every bit of a NaN is kept.
    /// </remarks>
    /// <exception cref="ArgumentException"><paramref name="destination"/> is shorter than <see cref="WireBytes"/>.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public void WriteTo(Span<byte> destination)
    {
        CheckWireLength(destination.Length, nameof(destination));
        destination[0] = WireVersion;
        destination[1] = (byte)Unsafe.SizeOf<T>();
        destination[WireIsWhole] = _isWhole ? (byte)1 : (byte)0;
        destination[WireReserved] = 0;
        BinaryPrimitives.WriteInt32LittleEndian(destination[WireClass..], LargestClass);
        BinaryPrimitives.WriteDoubleLittleEndian(destination[WireRest..], _sumRest);
        SetPairAt(destination, 0, _dense.Sum);
        SetPairAt(destination, 1, _dense.Gap);
        SetNumberAt(destination, 0, Max);
        SetNumberAt(destination, 1, SumOfOthers);
        SetNumberAt(destination, 2, TargetLogit);
    }

    /// <inheritdoc/>
    public bool Equals(SoftmaxState<T> other) =>
        Max.Equals(other.Max) && SumOfOthers.Equals(other.SumOfOthers) && TargetLogit.Equals(other.TargetLogit);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Max, SumOfOthers, TargetLogit);

    /// <summary>exp(max - largest), by which a sum below one maximum becomes one below a larger one.</summary>
    internal static DoubleDouble WeightBelow(T largest, T max) =>
        max == largest ? 1
        : typeof(T) == typeof(float) ? Exponential<SimdScalar<double>, double, double>.Exp(
            double.CreateTruncating(max) - double.CreateTruncating(largest))
        : DoubleDouble.Exp(DoubleDouble.Difference(double.CreateTruncating(max), double.CreateTruncating(largest)));

    /// <summary>What a sum may carry beside its rounding: at most the step to the next number; nothing where it is not finite.</summary>
    private static bool IsRest(double rest, T sum)
    {
        T magnitude = T.Abs(sum);
        double step = double.CreateTruncating(T.BitIncrement(magnitude)) - double.CreateTruncating(magnitude);
        return T.IsFinite(sum) ? double.IsFinite(rest) && Math.Abs(rest) <= step : rest == 0;
    }

    private static DoubleDouble PairAt(ReadOnlySpan<byte> wire, int pair)
    {
        ReadOnlySpan<byte> bytes = wire[(WireDense + (pair * 2 * sizeof(double)))..];
        return new(BinaryPrimitives.ReadDoubleLittleEndian(bytes), BinaryPrimitives.ReadDoubleLittleEndian(bytes[sizeof(double)..]));
    }

    private static void SetPairAt(Span<byte> wire, int pair, DoubleDouble value)
    {
        Span<byte> bytes = wire[(WireDense + (pair * 2 * sizeof(double)))..];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, value.High);
        BinaryPrimitives.WriteDoubleLittleEndian(bytes[sizeof(double)..], value.Low);
    }

    private static void CheckWireLength(int length, string name)
    {
        if (length < WireBytes)
        {
            throw Checks.Mismatch(name, $"{name} has {length} bytes; a state takes {WireBytes}.");
        }
    }

    private static InvalidDataException NotAState(string reason) => new($"The bytes are not a SoftmaxState<{typeof(T).Name}>: {reason}.");

    private static T NumberAt(ReadOnlySpan<byte> wire, int number)
    {
        ReadOnlySpan<byte> bytes = wire[(WireNumbers + (number * Unsafe.SizeOf<T>()))..];
        return typeof(T) == typeof(float)
            ? Unsafe.BitCast<int, T>(BinaryPrimitives.ReadInt32LittleEndian(bytes))
            : Unsafe.BitCast<long, T>(BinaryPrimitives.ReadInt64LittleEndian(bytes));
    }

    private static void SetNumberAt(Span<byte> wire, int number, T value)
    {
        Span<byte> bytes = wire[(WireNumbers + (number * Unsafe.SizeOf<T>()))..];
        if (typeof(T) == typeof(float))
        {
            BinaryPrimitives.WriteInt32LittleEndian(bytes, Unsafe.BitCast<T, int>(value));
        }
        else
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes, Unsafe.BitCast<T, long>(value));
        }
    }
}
