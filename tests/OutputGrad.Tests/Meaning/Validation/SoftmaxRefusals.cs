using System.Numerics;
using System.Runtime.InteropServices;
using OutputGrad.Tests.Memory.GuardPages;
using Xunit;

namespace OutputGrad.Tests.Meaning.Validation;

/// <summary>What the methods of <see cref="LinearSoftmax"/> refuse before they write anything.</summary>
public abstract class SoftmaxRefusals<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly SoftmaxMethod[] Methods = Enum.GetValues<SoftmaxMethod>();

    /// <summary>Hidden vectors, weights, bias and options like every other call on a layer.</summary>
    [Fact]
    public void TheyRefuseWhatEveryLayerDoes()
    {
        Dictionary<string, Refusal<SoftmaxCall<T>>> refusals = LayerInputRefusals.Of<SoftmaxCall<T>, T>();
        foreach ((string name, Refusal<SoftmaxCall<T>> refusal) in refusals.Where(refusal => !IsOfTargets(refusal.Key)))
        {
            Assert.All(Methods, method => refusal.Check(new(method)));
        }

        foreach (int length in (int[])[1, 3, 5, 8])
        {
            Check(["bias", $"{length}", "4"], call => call["bias"] = new T[length]);
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(int.MinValue)]
    public void TheyRefuseANegativeNumberOfRows(int rows) => Assert.All(
        Methods, method => SharedRefusals.OutOfRange<SoftmaxCall<T>>(["rows", $"{rows}"], call => call.Rows = rows).Check(new(method)));

    [Theory]
    [InlineData(0, "0 rows")]
    [InlineData(4, "4")]
    [InlineData(5, "5")]
    public void TheyRefuseRowsThatHiddenVectorsAreNot(int rows, string said) => Check(["hidden", "6", said], call => call.Rows = rows);

    [Fact]
    public void TheyRefuseOutputsOfOtherLengths()
    {
        foreach (int length in (int[])[0, 1, 11, 13, 24])
        {
            foreach (SoftmaxMethod method in (SoftmaxMethod[])[SoftmaxMethod.LogProbabilities, SoftmaxMethod.Probabilities])
            {
                SoftmaxCall<T> call = new(method);
                SharedRefusals.WrongLength<SoftmaxCall<T>>(
                    [call.Output, $"{length} elements", "3 rows x 4 classes = 12"], _ => call[call.Output] = new T[length]).Check(call);
            }
        }

        foreach (int length in (int[])[0, 1, 5, 7, 12])
        {
            SharedRefusals.WrongLength<SoftmaxCall<T>>(
                ["logProbabilities", $"{length} elements", "as many as classes = 6"],
                call => call["logProbabilities"] = new T[length]).Check(new(SoftmaxMethod.TopK));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    [InlineData(7)]
    [InlineData(14)]
    public void TopKRefusesAnotherNumberOfClassesForEachRow(int length) => CheckCount(length);

    [Theory]
    [InlineData(15)]
    [InlineData(300)]
    public void TopKRefusesMoreClassesThanThereAre(int length) => CheckCount(length);

    [Fact]
    public void NoOutputMayOverlapAnything()
    {
        foreach (SoftmaxMethod method in Methods)
        {
            Assert.All(
                SharedRefusals.OfOverlaps<SoftmaxCall<T>, T>(new(method), _ => { }), refusal => refusal.Value.Check(new(method)));
        }
    }

    /// <summary>
    /// Classes lie in memory that an input's or the logarithms' last number shares with their first, or its first with their last.
    /// </summary>
    [Theory]
    [InlineData("weights", false)]
    [InlineData("weights", true)]
    [InlineData("bias", false)]
    [InlineData("bias", true)]
    [InlineData("hidden", false)]
    [InlineData("hidden", true)]
    [InlineData("logProbabilities", false)]
    [InlineData("logProbabilities", true)]
    public void ClassesMayNotOverlapAnything(string other, bool classesAreFirst) => SharedRefusals.WrongLength<SoftmaxCall<T>>(
        ["classes", other, "overlap"],
        call =>
        {
            const int Classes = 6;
            T[] both = GC.AllocateArray<T>(call[other].Length + Classes, pinned: true);
            int perNumber = MemoryMarshal.Cast<T, int>(both.AsSpan(0, 1)).Length;
            int otherStart = classesAreFirst ? (Classes - 1) / perNumber : 0;
            int start = classesAreFirst ? 0 : (call[other].Length * perNumber) - 1;
            call[other] = both.AsMemory(otherStart, call[other].Length);
            call.Classes = new SpanMemory<int>(MemoryMarshal.Cast<T, int>(both.AsSpan()).Slice(start, Classes)).Memory;
        }).Check(new(SoftmaxMethod.TopK));

    [Fact]
    public void AWorkspaceTooSmallForAnythingIsRefused() =>
        Check(["MaxWorkspaceBytes is 1;", "2 features and 4 classes"], call => call.Options = new() { MaxWorkspaceBytes = 1 });

    [Fact]
    public void WhatIsValidIsAccepted()
    {
        foreach (SoftmaxMethod method in Methods)
        {
            SoftmaxCall<T> call = new(method);
            call.Run();
            Assert.DoesNotContain(T.NaN, call[call.Output].ToArray());
            call.Resize("bias", 0);
            call.Run();
            call.Options = new() { ClassWeights = new double[3], LabelSmoothing = .5, ZLoss = 1, MaxRowGradientNorm = 1, IgnoreIndex = 0 };
            call.Run();
        }
    }

    /// <summary>None of no rows, and none of some: there is nothing to write.</summary>
    [Fact]
    public void NothingAtAllIsAccepted()
    {
        OutputLayer<T> layer = new(new T[8], new T[4]);
        LinearSoftmax.LogProbabilities(layer, [], 0, []);
        LinearSoftmax.Probabilities(layer, [], 0, []);
        LinearSoftmax.TopK(layer, [], 0, [], []);
        LinearSoftmax.TopK(layer, new T[6], 3, [], []);
        LinearSoftmax.TopK(new OutputLayer<T>(new T[8]), [], 0, [], []);
    }

    /// <summary>Soft targets have no rank to be asked for.</summary>
    [Fact]
    public void RanksOfSoftTargetsAreRefused()
    {
        const string Said = "rows.TargetRanks is requested, and the targets are soft";
        foreach (int length in (int[])[1, 3])
        {
            ArgumentException[] refusals =
            [
                Assert.Throws<ArgumentException>("rows.TargetRanks", () => LinearCrossEntropy.Loss(
                    new OutputLayer<T>(new T[8]), new(new T[2 * length], new T[4 * length], length), rows: Ranks(length))),
                Assert.Throws<ArgumentException>("rows.TargetRanks", () => SoftmaxCrossEntropy.Loss<T>(
                    new T[4 * length], new T[4 * length], length, rows: Ranks(length))),
            ];
            Assert.All(refusals, refusal => Assert.Contains(Said, refusal.Message, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void RanksMayNotOverlapTheTargets()
    {
        int[] targets = [1, 2, 3];
        RowResults<T> Overlapping() => new() { TargetRanks = targets };
        ArgumentException[] refusals =
        [
            Assert.Throws<ArgumentException>(() => LinearCrossEntropy.Loss(
                new OutputLayer<T>(new T[8]), new LabeledBatch<T>(new T[6], targets), rows: Overlapping())),
            Assert.Throws<ArgumentException>(() => SoftmaxCrossEntropy.Loss<T>(new T[12], targets, rows: Overlapping())),
        ];
        Assert.All(refusals, refusal => Assert.Contains("rows.TargetRanks", refusal.Message, StringComparison.Ordinal));
        Assert.Equal([1, 2, 3], targets);
    }

    private static RowResults<T> Ranks(int length) => new() { TargetRanks = new int[length] };

    private static void CheckCount(int length) => SharedRefusals.WrongLength<SoftmaxCall<T>>(
        [$"classes has {length} elements", "3 rows", "at most all 4"],
        call =>
        {
            call.Classes = new int[length];
            call["logProbabilities"] = new T[length];
        }).Check(new(SoftmaxMethod.TopK));

    private static void Check(string[] mentions, Action<SoftmaxCall<T>> spoil) => Assert.All(
        Methods, method => SharedRefusals.WrongLength(mentions, spoil).Check(new(method)));

    /// <summary>Targets, of which there are none, and the number of class weights, which nothing is multiplied by.</summary>
    private static bool IsOfTargets(string name) => name.StartsWith("Case10", StringComparison.Ordinal)
        || name.StartsWith("Case28", StringComparison.Ordinal)
        || name.StartsWith("no targets", StringComparison.Ordinal);
}

public sealed class SoftmaxRefusalsInFloat : SoftmaxRefusals<float>;

public sealed class SoftmaxRefusalsInDouble : SoftmaxRefusals<double>;
