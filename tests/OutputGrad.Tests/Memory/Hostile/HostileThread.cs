using System.Numerics;

namespace OutputGrad.Tests.Memory.Hostile;

/// <summary>
/// A thread that changes the arrays of a call while it runs: now and then a target, a row index or a number is anything, for less than some
/// microseconds. It writes until it is disposed of, and leaves what it found.
/// </summary>
internal sealed class HostileThread<T> : IDisposable
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly T[] WildNumbers =
        [T.NaN, T.PositiveInfinity, T.NegativeInfinity, T.NegativeZero, -T.One, T.Epsilon, T.CreateSaturating(3e38)];

    /// <summary>In either format: infinities, NaN, -0, the smallest and the largest number.</summary>
    private static readonly ushort[] WildBits = [0x7C00, 0xFC00, 0x7E00, 0x7F80, 0xFF80, 0x7FC0, 0x8000, 0x0001, 0x7BFF];

    private readonly int[] _wildTargets;
    private readonly int[] _wildIndices;
    private readonly Memory<int> _targets;
    private readonly Memory<int> _rowIndices;
    private readonly Memory<T>[] _numbers;
    private readonly Memory<ushort>[] _narrowNumbers;
    private readonly Memory<double> _classWeights;
    private readonly Random _random = new(1);
    private readonly Thread _thread;
    private volatile bool _isStopped;

    /// <param name="targets">The call's.</param>
    /// <param name="classes">How many classes they speak of.</param>
    /// <param name="ignoreIndex">The target of rows that do not count.</param>
    /// <param name="rowIndices">As many as there are rows.</param>
    /// <param name="numbers">What else the call reads.</param>
    /// <param name="narrowNumbers">What of it is of 16 bits.</param>
    /// <param name="classWeights">The call's, or none.</param>
    public HostileThread(
        Memory<int> targets,
        int classes,
        int ignoreIndex,
        Memory<int> rowIndices,
        Memory<T>[] numbers,
        Memory<ushort>[] narrowNumbers,
        Memory<double> classWeights)
    {
        _wildTargets = [int.MaxValue, int.MinValue, -1, 200_000_000, classes, ignoreIndex, 0, classes - 1];
        _wildIndices = [int.MaxValue, int.MinValue, -1, 200_000_000, targets.Length, 0, targets.Length - 1];
        (_targets, _rowIndices, _classWeights) = (targets, rowIndices, classWeights);
        (_numbers, _narrowNumbers) = (numbers, narrowNumbers);
        _thread = new(Write) { IsBackground = true };
        _thread.Start();
    }

    public void Dispose()
    {
        _isStopped = true;
        _thread.Join();
    }

    private void Write()
    {
        while (!_isStopped)
        {
            switch (_random.Next(9))
            {
                case 0:
                    Exchange(_numbers[_random.Next(_numbers.Length)].Span, WildNumbers);
                    break;
                case 1 when !_classWeights.IsEmpty:
                    Exchange(_classWeights.Span, [double.NaN, double.PositiveInfinity, -1, 0]);
                    break;
                case 2:
                    Exchange(_narrowNumbers[_random.Next(_narrowNumbers.Length)].Span, WildBits);
                    break;
                case 3 or 4:
                    Exchange(_rowIndices.Span, _wildIndices);
                    break;
                default:
                    Exchange(_targets.Span, _wildTargets);
                    break;
            }

            Thread.SpinWait(_random.Next(1 << _random.Next(9)));
        }
    }

    private void Exchange<TItem>(Span<TItem> items, ReadOnlySpan<TItem> wild)
    {
        ref TItem item = ref items[_random.Next(items.Length)];
        TItem before = item;
        item = wild[_random.Next(wild.Length)];
        Thread.SpinWait(_random.Next(1 << _random.Next(6)));
        item = before;
    }
}
