using System.Numerics;
using OutputGrad.Tests.Support.Oracle;

namespace OutputGrad.Tests.Support.Batches;

/// <summary>A row of a batch: the size of its hidden vector, its weight, and by how much its true class is above the others.</summary>
/// <param name="HiddenPower">The hidden vector is 2 to this power at the row's own feature, and 0 elsewhere.</param>
/// <param name="RowWeight">The row's weight.</param>
/// <param name="Gap">How far the true class is above the others, whose logits are between -1 and 1; 0 for not at all.</param>
public sealed record ScaledRow(int HiddenPower, double RowWeight, double Gap)
{
    public double HiddenNorm => Math.ScaleB(1, HiddenPower);
}

/// <summary>
/// A batch of rows of any size, each with a feature to itself: W holds row n's logits in column n, over the row's size, so that logits are
/// exact, dL/dW holds row n's gradient in column n, and nothing of one row is added to anything of another.
/// </summary>
public sealed class ScaledRows<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly ScaledRow[] _rows;
    private readonly double[][] _residuals;
    private readonly double[] _logitNorms;

    /// <param name="rows">The rows; the true class of row n is n modulo the classes.</param>
    /// <param name="classes">How many.</param>
    /// <param name="limit">The largest norm, or null for any.</param>
    /// <param name="biased">Whether the layer has a bias, of zeros.</param>
    public ScaledRows(ScaledRow[] rows, int classes, double? limit = null, bool biased = false)
    {
        (_rows, Classes) = (rows, classes);
        CrossEntropyOptions options = new() { Reduction = Reduction.Sum, MaxRowGradientNorm = limit };
        T[] hidden = new T[rows.Length * rows.Length], weights = new T[classes * rows.Length];
        Logits = new T[rows.Length * classes];
        _residuals = new double[rows.Length][];
        for (int n = 0; n < rows.Length; n++)
        {
            T[] logits = new RandomBatches(n).Grid<T>(classes, 1 / 64.0, 1);
            logits[n % classes] += T.CreateChecked(rows[n].Gap);
            logits.CopyTo(Logits, n * classes);
            PreciseRow precise = new(Near.Doubles<T>(logits), n % classes, options);
            double weight = double.CreateChecked(T.CreateChecked(rows[n].RowWeight));
            _residuals[n] = [.. Enumerable.Range(0, classes).Select(c => (double)precise.Residual(c) * weight)];
            hidden[(n * rows.Length) + n] = T.CreateChecked(rows[n].HiddenNorm);
            for (int c = 0; c < classes; c++)
            {
                weights[(c * rows.Length) + n] = logits[c] / T.CreateChecked(rows[n].HiddenNorm);
            }
        }

        _logitNorms = Array.ConvertAll(_residuals, residuals => EuclideanNorm.Of(residuals));
        Batch = new()
        {
            Features = rows.Length,
            Hidden = hidden,
            Weights = weights,
            Bias = biased ? new T[classes] : null,
            Targets = [.. Enumerable.Range(0, rows.Length).Select(n => n % classes)],
            RowWeights = [.. rows.Select(row => T.CreateChecked(row.RowWeight))],
            Options = options,
        };
    }

    public LayerBatch<T> Batch { get; }

    /// <summary>The same rows' logits.</summary>
    public T[] Logits { get; }

    public int Classes { get; }

    /// <summary>By how many roundoffs of T, and of double for each class's square, a norm may be off relative to itself.</summary>
    /// <remarks>Residuals, by 16 + log2 V; the square root, the hidden vector's norm, the product, its rounding to T.</remarks>
    public double NormError => (Near.Roundoff<T>() * (Units + 4)) + (Near.Roundoff<double>() * Classes / 2);

    /// <summary>
    /// The same of an element of a clipped gradient: its residual, the norm, and the quotient with its rounding and both products.
    /// </summary>
    public double ClippedError => NormError + (Near.Roundoff<T>() * (Units + 4));

    private double Units => ErrorBounds<T>.Roundoffs + Math.Log2(Classes);

    public LayerBatch<T> InLittleWorkspace() => Batch.InLittleWorkspace();

    /// <summary>The norm of row n's logit gradient, row weight included.</summary>
    public double LogitNorm(int n) => _logitNorms[n];

    /// <summary>The norm of row n's gradient of all parameters: |g| |h|, and with a bias |g| sqrt(|h|^2 + 1).</summary>
    public double Norm(int n) => _logitNorms[n] * double.Hypot(_rows[n].HiddenNorm, Batch.Bias is null ? 0 : 1);

    /// <summary>Row n's part of dL/db at a class, not clipped.</summary>
    public double Residual(int n, int c) => _residuals[n][c];

    /// <summary>What clipping multiplies row n's gradient by.</summary>
    public double ClipFactor(int n) => Batch.Options.MaxRowGradientNorm is { } limit && Norm(n) > limit ? limit / Norm(n) : 1;

    /// <summary>dL/dW[c, n], which is row n's alone.</summary>
    /// <remarks>Of a clipped row the limit times both factors' directions: the factor itself may be below the smallest double.</remarks>
    public double WeightGradient(int n, int c)
    {
        double hidden = _rows[n].HiddenNorm;
        return Batch.Options.MaxRowGradientNorm is { } limit && Norm(n) > limit
            ? limit * (_residuals[n][c] / _logitNorms[n]) * (hidden / double.Hypot(hidden, Batch.Bias is null ? 0 : 1))
            : _residuals[n][c] * hidden;
    }
}
