namespace OutputGrad.Engine.Arguments;

/// <summary>The checks of arguments that all entry points share. Each throws before anything is written, and says the numbers.</summary>
internal static class Checks
{
    public static void ElementType<T>()
    {
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double))
        {
            throw new NotSupportedException($"The element type {typeof(T)} is not supported; float and double are." + (
                typeof(T) != typeof(Half) ? string.Empty
                : " Weights and hidden vectors of 16 bits are read by OutputLayer<float>.FromHalf and LabeledBatch<float>.FromHalf."));
        }
    }

    /// <summary>The same for numbers that an optimizer moves.</summary>
    public static void UpdatedType<T>()
    {
        if (typeof(T) == typeof(Half))
        {
            throw new NotSupportedException(
                "Weights of 16 bits are not updated: most updates are smaller than what such a weight is rounded by (2^-11 of it for Half, "
                + "2^-8 for bfloat16) and would be lost. Keep the weights in float, update those, and convert them to 16 bits when they "
                + "are saved or served.");
        }

        ElementType<T>();
    }

    public static void Length(int length, long expected, string name, string shape)
    {
        if (length != expected)
        {
            throw Mismatch(name, $"{name} has {length} elements; {shape} = {expected} are expected.");
        }
    }

    /// <summary>For a matrix; the numbers are put into words only where they do not match.</summary>
    public static void Length(int length, int rows, int columns, string name, string rowName, string columnName)
    {
        if (length != (long)rows * columns)
        {
            Length(length, (long)rows * columns, name, $"{rows} {rowName} x {columns} {columnName}");
        }
    }

    /// <summary>As <see cref="Length(int, long, string, string)"/>, for a span that may be empty.</summary>
    public static void OptionalLength(int length, long expected, string name, string shape)
    {
        if (length != 0)
        {
            Length(length, expected, name, shape);
        }
    }

    /// <summary>How many columns a row-major matrix of so many rows has; at least one where there is a row.</summary>
    public static int Columns(int length, int rows, string name, string column)
    {
        if (rows == 0)
        {
            Length(length, 0, name, "0 rows");
            return 0;
        }

        if (length == 0 || length % rows != 0)
        {
            throw Mismatch(
                name, $"{name} has {length} elements, which is not a whole number of {column}, at least one, for each of {rows} rows.");
        }

        return length / rows;
    }

    public static void NotNegative(int count, string name)
    {
        if (count < 0)
        {
            throw OutOfRange(name, count, $"{name} is {count}; it cannot be negative.");
        }
    }

    public static ArgumentOutOfRangeException OutOfRange(string argument, object value, string message) => new(argument, value, message);

    public static ArgumentException Mismatch(string argument, string message) => new(message, argument);
}
