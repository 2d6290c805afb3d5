using System.Numerics;
using System.Numerics.Tensors;
using OutputGrad.Engine.Arguments;
using OutputGrad.Engine.OuterProducts;

namespace OutputGrad;

/// <summary>
/// Outer products added to a matrix: BLAS calls them ger (one pair of vectors) and a rank-k update (a batch of pairs). The gradient of a
/// linear layer's weights is the outer product of the gradient of its output and its input.
/// </summary>
/// <example>
/// <code>
/// float[] residual = [.5f, -.5f], hidden = [1f, 2f, 3f];
/// float[] gradient = new float[residual.Length * hidden.Length];          // 2 x 3
///
/// OuterProduct.Add&lt;float>(residual, hidden, gradient, scale: 1);
/// Console.WriteLine(string.Join(" ", gradient.Select(slope => $"{slope:F1}")));    // 0.5 1.0 1.5 -0.5 -1.0 -1.5
/// </code>
/// </example>
public static class OuterProduct
{
    /// <summary>For fewer rows the destination is read and written as often as the rows say; that is not worth a panel.</summary>
    private const int FewestTileRows = 3;

    /// <summary>destination[i, j] += scale x[i] y[j].</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="x">One number per row of the destination.</param>
    /// <param name="y">One number per column of the destination.</param>
    /// <param name="destination">Row-major, x.Length x y.Length. Added to. May overlap neither x nor y.</param>
    /// <param name="scale">A factor of the whole product.</param>
    /// <remarks>
    /// scale x[i] is rounded first and then multiplied and added in one fused operation. NaN and infinity propagate, also through a factor
    /// of 0.
    /// </remarks>
    /// <exception cref="ArgumentException">
    /// The destination's length is not x.Length x y.Length, or it overlaps x or y. Nothing has been written.
    /// </exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static void Add<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> destination, T scale)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Checks.ElementType<T>();
        Checks.Length(destination.Length, x.Length, y.Length, nameof(destination), "rows", "columns");
        CheckOverlap(x, y, destination);
        AddUnchecked(x, y, destination, scale);
    }

    /// <summary>destination[i, j] += scale times the sum over n of x[n, i] y[n, j].</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="x">Row-major, rows x (rows of the destination).</param>
    /// <param name="y">Row-major, rows x (columns of the destination).</param>
    /// <param name="rows">
    /// The number of pairs. If it is 0, the shapes of x, y and the destination are not known and nothing is added.
    /// </param>
    /// <param name="destination">Row-major, x.Length / rows x y.Length / rows. Added to. May overlap neither x nor y.</param>
    /// <param name="scale">A factor of the whole sum.</param>
    /// <remarks>
    /// NaN and infinity propagate, also through a factor of 0. It uses several threads where that is faster; the bits do not depend on
    /// their number.
    /// </remarks>
    /// <exception cref="ArgumentException">
    /// A length does not match, or the destination overlaps x or y. Nothing has been written.
    /// </exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="rows"/> is negative.</exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    public static unsafe void AddBatch<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, int rows, Span<T> destination, T scale)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Checks.ElementType<T>();
        Checks.NotNegative(rows, nameof(rows));
        int height = rows == 0 ? 0 : x.Length / rows;
        int width = rows == 0 ? 0 : y.Length / rows;
        Checks.Length(x.Length, rows, height, nameof(x), "rows", "elements");
        Checks.Length(y.Length, rows, width, nameof(y), "rows", "elements");
        if (rows == 0)
        {
            return;
        }

        Checks.Length(destination.Length, height, width, nameof(destination), "rows", "columns");
        CheckOverlap(x, y, destination);
        if (rows < FewestTileRows)
        {
            for (int row = 0; row < rows; row++)
            {
                AddUnchecked(x.Slice(row * height, height), y.Slice(row * width, width), destination, scale);
            }

            return;
        }

        fixed (T* first = x, second = y, output = destination)
        {
            OuterProductPass<T>.Run(
                new() { X = first, Y = second, Destination = output, Rows = rows, Height = height, Width = width, Scale = scale });
        }
    }

    private static void AddUnchecked<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> destination, T scale)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        for (int i = 0; i < x.Length; i++)
        {
            Span<T> line = destination.Slice(i * y.Length, y.Length);
            TensorPrimitives.MultiplyAddEstimate(y, scale * x[i], line, line);
        }
    }

    private static unsafe void CheckOverlap<T>(ReadOnlySpan<T> x, ReadOnlySpan<T> y, Span<T> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        fixed (T* first = x, second = y, output = destination)
        {
            MemoryRegions regions = default;
            regions.Input(first, (long)x.Length * sizeof(T), nameof(x));
            regions.Input(second, (long)y.Length * sizeof(T), nameof(y));
            regions.Output(output, (long)destination.Length * sizeof(T), nameof(destination));
        }
    }
}
