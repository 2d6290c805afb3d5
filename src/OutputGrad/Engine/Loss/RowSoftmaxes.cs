using System.Numerics;
using OutputGrad.Engine.Arithmetic;
using OutputGrad.Engine.Simd;

namespace OutputGrad.Engine.Loss;

/// <summary>Some rows' <see cref="RowSoftmax"/>, a row in each lane: the same bits in a fraction of the time.</summary>
internal readonly unsafe struct RowSoftmaxes : IElementWork<double>
{
    private readonly double* _max;
    private readonly double* _targetLogit;
    private readonly double* _others;
    private readonly double* _targetExponential;
    private readonly double* _logSum;
    private readonly int _rows;

    /// <summary>None of the rows is set yet.</summary>
    /// <param name="memory"><see cref="NumbersPerRow"/> times as many numbers as rows.</param>
    /// <param name="rows">How many rows.</param>
    public RowSoftmaxes(double* memory, int rows)
    {
        _max = memory;
        _targetLogit = memory + rows;
        _others = memory + (2 * rows);
        _targetExponential = memory + (3 * rows);
        _logSum = memory + (4 * rows);
        _rows = rows;
    }

    public static int NumbersPerRow => 5;

    /// <summary>A row, once it is computed.</summary>
    public RowSoftmax this[int row] => new(_max[row], _targetLogit[row], _others[row], _targetExponential[row], _logSum[row]);

    /// <inheritdoc cref="RowSoftmax(double, double, double)"/>
    public void Set(int row, double max, double targetLogit, double others) =>
        (_max[row], _targetLogit[row], _others[row]) = (max, targetLogit, others);

    /// <summary>Computes all rows that are set.</summary>
    public void Compute() => WidestSimd.RunElements<RowSoftmaxes, double>(this);

    /// <inheritdoc/>
    public int Run<TSimd, TVector>(int from)
        where TSimd : ISimd<TVector, double>
        where TVector : unmanaged
    {
        for (; from <= _rows - TSimd.Count; from += TSimd.Count)
        {
            TVector max = TSimd.Load(_max + from);
            TVector targetLogit = TSimd.Load(_targetLogit + from);
            TVector others = TSimd.Load(_others + from);
            TVector exponential = Exponential<TSimd, TVector, double>.Exp(TSimd.Subtract(targetLogit, max));
            TVector sum = TSimd.Add(others, exponential);

            // a sum of probabilities below their largest, unless a logit is infinite or not a number
            uint isUsual = TSimd.LargerLanes(sum, TSimd.Broadcast(.5)) & TSimd.LargerLanes(TSimd.Broadcast(double.MaxValue), sum);
            if (BitOperations.PopCount(isUsual) == TSimd.Count)
            {
                // only where the target is the largest is the sum one of 1 and something that is known without rounding
                TVector x = TSimd.SelectLarger(max, targetLogit, sum, TSimd.SelectLarger(targetLogit, max, sum, others));
                TSimd.Store(exponential, _targetExponential + from);
                TSimd.Store(Logarithm.LogOnePlus<TSimd, TVector>(x, sum), _logSum + from);
            }
            else
            {
                for (int row = from; row < from + TSimd.Count; row++)
                {
                    RowSoftmax softmax = new(_max[row], _targetLogit[row], _others[row]);
                    (_targetExponential[row], _logSum[row]) = (softmax.TargetExponential, softmax.LogSum);
                }
            }
        }

        return from;
    }
}
