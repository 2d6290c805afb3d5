using System.Numerics;
using System.Runtime.InteropServices;
using OutputGrad.Tests.Memory.GuardPages;
using Xunit;

namespace OutputGrad.Tests.Meaning.Validation;

/// <summary>What every call that takes <see cref="LabeledBatch{T}.RowIndices"/> refuses of them before it writes anything.</summary>
public abstract class RowIndexRefusals<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    [Theory]
    [InlineData(3)]
    [InlineData(-1)]
    [InlineData(int.MaxValue)]
    [InlineData(int.MinValue)]
    public void AnIndexOutsideTheSetIsRefused(int index) => CheckEveryCall(
        typeof(ArgumentOutOfRangeException), [$"rowIndices[1] is {index}", "3"], call => call.RowIndices = (int[])[2, index, 0]);

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void ResultsOfOtherLengthsThanTheIndicesAreRefused(int indices) => CheckEveryCall(
        typeof(ArgumentException), ["3", $"{indices}"], call => call.RowIndices = new int[indices]);

    /// <summary>Though there are as many results as indices.</summary>
    [Fact]
    public void HiddenGradientsOfAsManyRowsAsTheSetAreRefused()
    {
        new Refusal<LayerCall<T>>(typeof(ArgumentException), ["gradients.Hidden", "6", "2 rows"], call =>
        {
            call.RowIndices = new int[2];
            call.Predictions = new int[2];
            call.TargetRanks = new int[2];
            foreach (string name in (string[])["rows.Losses", "rows.LogSumExp", "rows.GradientNorms", "rows.Entropies"])
            {
                call.Resize(name, 2);
            }
        }).Check(new());
    }

    [Fact]
    public void RowWeightsOfTheIndicesAreRefused() => CheckEveryCall(typeof(ArgumentException), ["3", "2"], call =>
    {
        call.RowIndices = new int[2];
        call.Resize("rowWeights", 2);
    });

    /// <summary>A target is named by its row of the set.</summary>
    [Fact]
    public void AWrongTargetIsRefusedOnlyWhereItIsPicked() =>
        CheckEveryCall(typeof(ArgumentOutOfRangeException), ["targets[2] is 4"], call =>
        {
            call.RowIndices = new int[3];
            call.Targets.Span[2] = 4;
            call.Run();
            call.RowIndices.Span[1] = 2;
        });

    [Fact]
    public void NoOutputMayOverlapTheIndices()
    {
        CheckOverlaps(() => new LayerCall<T>());
        CheckOverlaps(() => new LayerCall<T> { IsSoft = true });
        CheckOverlaps(() => new LayerCall<T> { Method = LayerMethod.Loss });
        CheckOverlaps(() => new StepCall<T> { Optimizer = OptimizerKind.AdamW });
        CheckOverlaps(() => new ShardCall<T>());
        CheckOverlaps(() => new ShardCall<T> { Method = ShardMethod.Backward });
        new Refusal<LayerCall<T>>(typeof(ArgumentException), ["rows.Predictions", "rowIndices", "overlap"], call =>
            call.RowIndices = call.Predictions = (int[])[1, 2, 0]).Check(new());
    }

    [Fact]
    public void IndicesOfAnEmptySetAreRefused()
    {
        foreach (int index in (int[])[0, -1])
        {
            ArgumentOutOfRangeException thrown = Assert.Throws<ArgumentOutOfRangeException>(() => LinearCrossEntropy.Loss(
                new OutputLayer<T>(new T[6]), new LabeledBatch<T>([], []) { RowIndices = [index] }));

            Assert.Equal(("rowIndices", index), (thrown.ParamName, thrown.ActualValue));
        }
    }

    [Fact]
    public void ValidIndicesAreAccepted()
    {
        foreach (CallMemory<T> call in Calls())
        {
            call.RowIndices = (int[])[2, 1, 2];
            call.Run();
            call.RowIndices = default;
            call.Run();
        }
    }

    private static IEnumerable<CallMemory<T>> Calls() =>
    [
        new LayerCall<T>(),
        new LayerCall<T> { IsSoft = true },
        new LayerCall<T> { Method = LayerMethod.Loss },
        new StepCall<T>(),
        new ShardCall<T>(),
        new ShardCall<T> { Method = ShardMethod.Backward },
    ];

    private static void CheckEveryCall(Type exception, string[] mentions, Action<CallMemory<T>> spoil)
    {
        foreach (CallMemory<T> call in Calls().Where(call => !call.IsSoft || !mentions[0].Contains("targets", StringComparison.Ordinal)))
        {
            new Refusal<CallMemory<T>>(exception, mentions, spoil).Check(call);
        }
    }

    /// <summary>The last index in the first number of an output, and the first one in its last: zeros, which are an index.</summary>
    private static void CheckOverlaps(Func<CallMemory<T>> valid)
    {
        foreach (string output in valid().Outputs)
        {
            foreach (bool atTheEnd in (bool[])[false, true])
            {
                new Refusal<CallMemory<T>>(typeof(ArgumentException), [output, "rowIndices", "overlap"], call =>
                {
                    T[] zeros = GC.AllocateArray<T>(3 + call[output].Length + 3, pinned: true);
                    call[output] = zeros.AsMemory(3, call[output].Length);
                    int before = MemoryMarshal.Cast<T, int>(zeros.AsSpan(0, 3)).Length;
                    int first = atTheEnd ? before + MemoryMarshal.Cast<T, int>(call[output].Span).Length - 1 : before - 2;
                    call.RowIndices = new SpanMemory<int>(MemoryMarshal.Cast<T, int>(zeros.AsSpan()).Slice(first, 3)).Memory;
                }).Check(valid());
            }
        }
    }
}

public sealed class RowIndexRefusalsInFloat : RowIndexRefusals<float>;

public sealed class RowIndexRefusalsInDouble : RowIndexRefusals<double>;
