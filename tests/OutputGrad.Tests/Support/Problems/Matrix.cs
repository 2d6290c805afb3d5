using System.Globalization;
using System.Numerics;

namespace OutputGrad.Tests.Support.Problems;

/// <summary>Dense row-major matrices, as the laws need them: taken apart, converted, printed.</summary>
internal static class Matrix
{
    public static T[] Row<T>(T[] matrix, int columns, int row) => matrix[(row * columns)..((row + 1) * columns)];

    /// <summary>The same numbers, but for one.</summary>
    public static double[] With(double[] numbers, int index, double number) => [.. numbers[..index], number, .. numbers[(index + 1)..]];

    public static T[] TakeRows<T>(T[] matrix, int columns, int[] rows) =>
        [.. rows.SelectMany(row => matrix.AsSpan(row * columns, columns).ToArray())];

    public static T[] TakeColumns<T>(T[] matrix, int columns, int[] taken)
    {
        int rows = matrix.Length / columns;
        return [.. Enumerable.Range(0, rows).SelectMany(row => taken.Select(column => matrix[(row * columns) + column]))];
    }

    public static T[] To<T>(double[] matrix)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Array.ConvertAll(matrix, T.CreateTruncating);

    public static double[] ToDouble<T>(T[] matrix)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> => Array.ConvertAll(matrix, double.CreateTruncating);

    public static double[] Scaled(double[] matrix, double factor) => Array.ConvertAll(matrix, value => value * factor);

    public static double[] Sum(double[] left, double[] right) => [.. left.Zip(right, (a, b) => a + b)];

    public static double Dot(double[] left, int[] right) => left.Zip(right, (a, b) => a * b).Sum();

    public static double LargestMagnitude(double[] matrix) => matrix.Select(Math.Abs).DefaultIfEmpty(0).Max();

    public static double Norm(params IEnumerable<double> values) => Math.Sqrt(values.Sum(value => value * value));

    public static string Print<T>(string name, T[] matrix)
        where T : IFormattable =>
            $"{name} = [{string.Join(", ", matrix.Select(value => value.ToString(null, CultureInfo.InvariantCulture)))}]";
}
