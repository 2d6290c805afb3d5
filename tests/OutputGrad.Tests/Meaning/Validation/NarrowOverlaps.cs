using System.Numerics;
using System.Runtime.InteropServices;
using OutputGrad.Tests.Support.Batches;
using Xunit;

namespace OutputGrad.Tests.Meaning.Validation;

/// <summary>
/// No output may share a byte with weights or hidden vectors of 16 bits: 3 rows of 2 features and 4 classes, where the output lies before
/// the numbers or behind them. They may touch.
/// </summary>
public abstract class NarrowOverlaps<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int Rows = 3, Features = 2, Classes = 4;

    private static readonly int TBytes = typeof(T) == typeof(float) ? sizeof(float) : sizeof(double);

    /// <summary>The outputs of a call on the layer, and their bytes.</summary>
    private static readonly (string Name, int Bytes)[] Outputs =
    [
        ("gradients.Hidden", Rows * Features * TBytes), ("gradients.Weights", Classes * Features * TBytes),
        ("gradients.Bias", Classes * TBytes), ("rows.Losses", Rows * TBytes), ("rows.LogSumExp", Rows * TBytes),
        ("rows.GradientNorms", Rows * TBytes), ("rows.Predictions", Rows * sizeof(int)),
    ];

    /// <summary>What of a step is written, and its bytes.</summary>
    private static readonly (string Name, int Bytes)[] OutputsOfSteps =
        [("weights", Classes * Features * TBytes), ("bias", Classes * TBytes), ("hiddenGradient", Rows * Features * TBytes)];

    private delegate void Call(StoredFormat format, string input, ReadOnlySpan<byte> numbers, string output, Span<byte> written);

    [Theory]
    [MemberData(nameof(StoredFormats.Narrow), MemberType = typeof(StoredFormats))]
    public void NoOutputMayShareMemoryWithThem(StoredFormat format)
    {
        foreach ((string output, int bytes) in Outputs)
        {
            Check(LossAndGradient, format, ("weights", Classes * Features * sizeof(ushort)), (output, bytes));
            Check(LossAndGradient, format, ("hidden", Rows * Features * sizeof(ushort)), (output, bytes));
        }
    }

    [Theory]
    [MemberData(nameof(StoredFormats.Narrow), MemberType = typeof(StoredFormats))]
    public void NothingThatAStepWritesMayShareMemoryWithThem(StoredFormat format)
    {
        foreach ((string output, int bytes) in OutputsOfSteps)
        {
            Check(Step, format, ("hidden", Rows * Features * sizeof(ushort)), (output, bytes));
        }
    }

    /// <summary>By the numbers' last byte or first one, by all of them, and by none.</summary>
    private static void Check(Call call, StoredFormat format, (string Name, int Bytes) input, (string Name, int Bytes) output)
    {
        foreach (int shared in (int[])[1, 2, Math.Min(input.Bytes, output.Bytes), 0])
        {
            byte[] memory = new byte[input.Bytes + output.Bytes - shared];
            Action[] orders =
            [
                () => call(format, input.Name, memory.AsSpan(0, input.Bytes), output.Name, memory.AsSpan()[^output.Bytes..]),
                () => call(format, input.Name, memory.AsSpan()[^input.Bytes..], output.Name, memory.AsSpan(0, output.Bytes)),
            ];
            foreach (Action order in orders)
            {
                memory.AsSpan().Clear();
                if (shared == 0)
                {
                    order();
                    continue;
                }

                ArgumentException error = Assert.Throws<ArgumentException>(output.Name, order);
                Assert.StartsWith(
                    $"{output.Name} overlaps {input.Name}: the output's {output.Bytes} bytes and the other's {input.Bytes} share memory.",
                    error.Message,
                    StringComparison.Ordinal);
                Assert.DoesNotContain(memory, written => written != 0);
            }
        }
    }

    private static void LossAndGradient(
        StoredFormat format, string input, ReadOnlySpan<byte> numbers, string output, Span<byte> written)
    {
        OutputLayer<T> layer = input == "weights"
            ? StoredNumbers.Layer<T>(format, numbers, [])
            : new(new T[Classes * Features]);
        LabeledBatch<T> batch = input == "hidden"
            ? StoredNumbers.Batch<T>(format, numbers, [0, 1, 2])
            : new(new T[Rows * Features], [0, 1, 2]);
        Span<T> results = MemoryMarshal.Cast<byte, T>(written);
        LinearCrossEntropy.LossAndGradient(
            layer,
            batch,
            new OutputGradients<T>
            {
                Hidden = output == "gradients.Hidden" ? results : default,
                Weights = output == "gradients.Weights" ? results : default,
                Bias = output == "gradients.Bias" ? results : default,
            },
            rows: new()
            {
                Losses = output == "rows.Losses" ? results : default,
                LogSumExp = output == "rows.LogSumExp" ? results : default,
                GradientNorms = output == "rows.GradientNorms" ? results : default,
                Predictions = output == "rows.Predictions" ? MemoryMarshal.Cast<byte, int>(written) : default,
            });
    }

    private static void Step(StoredFormat format, string input, ReadOnlySpan<byte> hidden, string output, Span<byte> written)
    {
        Assert.Equal("hidden", input);
        Span<T> moved = MemoryMarshal.Cast<byte, T>(written);
        LinearCrossEntropy.Step(
            output == "weights" ? moved : new T[Classes * Features],
            output == "bias" ? moved : default,
            StoredNumbers.Batch<T>(format, hidden, [0, 1, 2]),
            new Sgd<T>(.1),
            output == "hiddenGradient" ? moved : default);
    }
}

public sealed class NarrowOverlapsInFloat : NarrowOverlaps<float>;

public sealed class NarrowOverlapsInDouble : NarrowOverlaps<double>;
