using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Oracle;
using Xunit;

namespace OutputGrad.Tests.Meaning.Conformance;

/// <summary>
/// What the classes of cases share. The cases are numbered as in README.md beside this file, which says what cross-entropy means: that of
/// torch.nn.functional.cross_entropy where it has the feature, and this library's own where it promises more.
/// </summary>
/// <remarks>Each is run through every entry point and in both types, by an empty class for each pair.</remarks>
/// <typeparam name="T">The type under test.</typeparam>
/// <typeparam name="TEntry">The way into the library.</typeparam>
public abstract class ConformanceCases<T, TEntry>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TEntry : IEntryPoint
{
    protected static readonly double[] X0 = [1, 2, 3];

    /// <summary>Two rows of <see cref="X0"/>.</summary>
    protected static readonly double[] X = [1, 2, 3, 1, 2, 3];

    protected static CrossEntropyOptions Sum { get; } = new() { Reduction = Reduction.Sum };

    /// <summary>Runs a batch with class indices and compares everything that comes back with the oracle.</summary>
    protected static LogitOutcome<T> Run(
        double[] logits, int[] targets, CrossEntropyOptions? options = null, double[]? rowWeights = null) =>
        RunAndCompare(new LogitBatch<T>
        {
            Logits = Near.Rounded<T>(logits),
            Classes = logits.Length / targets.Length,
            Targets = targets,
            Options = options ?? new(),
            RowWeights = rowWeights is null ? null : Near.Rounded<T>(rowWeights),
        });

    /// <summary>The same with soft targets.</summary>
    protected static LogitOutcome<T> RunSoft(
        double[] logits, double[] targets, int rows, CrossEntropyOptions? options = null, double[]? rowWeights = null) =>
        RunAndCompare(new LogitBatch<T>
        {
            Logits = Near.Rounded<T>(logits),
            Classes = logits.Length / rows,
            SoftTargets = Near.Rounded<T>(targets),
            Options = options ?? new(),
            RowWeights = rowWeights is null ? null : Near.Rounded<T>(rowWeights),
        });

    protected static LogitOutcome<T> RunAndCompare(LogitBatch<T> batch)
    {
        LogitOutcome<T> outcome = TEntry.Run(batch);
        OracleComparison.Compare<T, TEntry>(batch, outcome);
        return outcome;
    }

    /// <summary>
    /// The number is the printed one. The tolerance is half a unit of the last printed digit, 5e-11 unless a case prints fewer, plus 8 unit
    /// roundoffs of the largest term of the sum it is: here at most 4, as |p_j|, |q_j| and |log p_j| are, times a class weight.
    /// (<see cref="Run"/> has already compared the same number with the oracle far more tightly where no terms cancel.)
    /// </summary>
    protected static void Printed(double expected, double actual, double halfUnit = 5e-11) =>
        Near.Equal(expected, actual, halfUnit + (8 * 4 * Near.Roundoff<T>()), "the printed value");

    protected static void Printed(double[] expected, ReadOnlySpan<T> actual, double halfUnit = 5e-11)
    {
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Printed(expected[i], double.CreateChecked(actual[i]), halfUnit);
        }
    }

    protected static void AllZero(ReadOnlySpan<T> values)
    {
        foreach (T value in values)
        {
            Assert.Equal(T.Zero, value);
        }
    }

    protected static void AllNaN(ReadOnlySpan<T> values)
    {
        foreach (T value in values)
        {
            Assert.True(T.IsNaN(value), $"{value} is not NaN.");
        }
    }

    protected static ReadOnlySpan<T> Row(LogitOutcome<T> outcome, int row)
    {
        int classes = outcome.Gradient.Length / outcome.Rows.Losses.Length;
        return outcome.Gradient.AsSpan(row * classes, classes);
    }
}
