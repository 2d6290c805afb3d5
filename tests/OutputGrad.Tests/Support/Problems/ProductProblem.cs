using System.Globalization;
using System.Numerics;

namespace OutputGrad.Tests.Support.Problems;

/// <summary>A sum of outer products: destination [height x width] += scale times sum over rows of x (x) y.</summary>
public sealed record ProductProblem(int Rows, int Height, int Width, double[] X, double[] Y, double[] Destination, double Scale)
{
    public ProductProblem TakeRows(int[] rows) =>
        this with { Rows = rows.Length, X = Matrix.TakeRows(X, Height, rows), Y = Matrix.TakeRows(Y, Width, rows) };

    public ProductProblem TakeX(int[] taken) => this with
    {
        Height = taken.Length,
        X = Matrix.TakeColumns(X, Height, taken),
        Destination = Matrix.TakeRows(Destination, Width, taken),
    };

    public ProductProblem TakeY(int[] taken) => this with
    {
        Width = taken.Length,
        Y = Matrix.TakeColumns(Y, Width, taken),
        Destination = Matrix.TakeColumns(Destination, Width, taken),
    };

    public T[] EvaluateBatch<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] destination = Near.Rounded<T>(Destination);
        OuterProduct.AddBatch(Near.Rounded<T>(X), Near.Rounded<T>(Y), Rows, destination, T.CreateTruncating(Scale));
        return destination;
    }

    public T[] EvaluateRowByRow<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        T[] destination = Near.Rounded<T>(Destination);
        (T[] x, T[] y) = (Near.Rounded<T>(X), Near.Rounded<T>(Y));
        for (int row = 0; row < Rows; row++)
        {
            OuterProduct.Add(
                x.AsSpan(row * Height, Height),
                y.AsSpan(row * Width, Width),
                destination,
                T.CreateTruncating(Scale));
        }

        return destination;
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"rows {Rows}, {Height} x {Width}, scale {Scale}") + Matrix.Print("\n  x", X) +
        Matrix.Print("\n  y", Y) + Matrix.Print("\n  destination", Destination);
}
