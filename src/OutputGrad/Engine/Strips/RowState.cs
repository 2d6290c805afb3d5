using System.Numerics;
using OutputGrad.Engine.Arithmetic;
using OutputGrad.Engine.Loss;

namespace OutputGrad.Engine.Strips;

/// <summary>One row of the chunk: where it comes from, its softmax and its share of the gradient.</summary>
internal struct RowState
{
    /// <summary>The row of the set: whose hidden vector, target and weight it has.</summary>
    public int Source;

    /// <summary>The row of the batch: where its results and its dL/dH go.</summary>
    public int Destination;

    /// <summary>
    /// The true class, counted from the layer's first; outside its classes where another shard has it, and with soft targets.
    /// </summary>
    public int Target;
    public bool IsCorrect;

    /// <summary>
    /// With few rows: whether the row's dL/dH is summed from residuals, once its softmax is known, and not from exponentials before.
    /// </summary>
    public bool NeedsResiduals;

    /// <summary>What <see cref="Clip"/> is to be multiplied by beside, as a power of two; 0 where it is a normal number itself.</summary>
    public short ClipExponent;

    /// <summary>How many classes are in the row's <see cref="TopList{T}"/>, and whether a thread reads or writes it.</summary>
    public int Listed;
    private int _isListLocked;

    public double Weight;

    /// <summary>The largest logit.</summary>
    public double Max;
    public double TargetLogit;
    public double CrossEntropy;
    public double LogSumExp;

    /// <summary>The sum of the squared residuals, before the divisors.</summary>
    public SquareSum ResidualSquares;

    public RowFactors Factors;

    /// <summary>The factors before the divisors, for the row's own norm.</summary>
    public RowFactors Unreduced;

    /// <summary>What the row's share of dL/dW and dL/db is multiplied by, so that its norm keeps to its bound.</summary>
    public double Clip;

    /// <summary>|row weight / divisor|: what a residual is multiplied by beyond what the filters look at.</summary>
    public double Reduction;

    /// <summary>
    /// The same with the larger divisor, where the z-loss has another one: what keeps either term from being taken for too small.
    /// </summary>
    public double LeastReduction;

    /// <summary>The sum of the residuals' magnitudes that were left out of dL/dH, and out of dL/dW.</summary>
    public double HiddenMass;
    public double WeightMass;

    public readonly bool IsClipped => Clip != 1 || ClipExponent != 0;

    /// <summary>
    /// The factor most / (root 2^exponent), in two parts where T has no such normal number and yet may have its products.
    /// </summary>
    public void SetClip<T>(double most, double root, int exponent)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Clip = most / root;
        ClipExponent = 0;
        if (double.IsFinite(root) && (exponent != 0 || !T.IsNormal(T.CreateTruncating(Clip))))
        {
            // a fraction between 1/8 and 1/2, so that times any number it stays within the range
            int magnitude = Math.ILogB(root), mostMagnitude = Math.ILogB(most);
            Clip = Math.ScaleB(most, -mostMagnitude - 2) / Math.ScaleB(root, -magnitude);
            ClipExponent = (short)(mostMagnitude + 2 - magnitude - exponent);
        }
    }

    /// <summary>Waits until no other thread has the row's list.</summary>
    public void LockList()
    {
        SpinWait wait = default;
        while (Interlocked.CompareExchange(ref _isListLocked, 1, 0) != 0)
        {
            wait.SpinOnce(sleep1Threshold: -1);
        }
    }

    public void UnlockList() => Volatile.Write(ref _isListLocked, 0);

    /// <summary>A number of the row's hidden vector or residual, clipped.</summary>
    public readonly T Clipped<T>(T number)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        T.CreateTruncating(Math.ScaleB(double.CreateTruncating(number) * Clip, ClipExponent));
}
