using System.Numerics;
using OutputGrad.Tests.Support.Batches;
using Xunit;

namespace OutputGrad.Tests.Meaning.Validation;

public abstract class LayerRefusals<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly Dictionary<string, Refusal<LayerCall<T>>> Common = LayerInputRefusals.Of<LayerCall<T>, T>();
    private static readonly Dictionary<string, Refusal<LayerCall<T>>> Full = LayerInputRefusals.OfTheFullForm<LayerCall<T>, T>();
    private static readonly Dictionary<string, Refusal<LayerCall<T>>> Gradients = GradientRefusals();
    private static readonly Dictionary<string, Refusal<LayerCall<T>>> Overlaps = OverlapsOf(LayerMethod.LossAndGradient);
    private static readonly Dictionary<string, Refusal<LayerCall<T>>> OverlapsOfLoss = OverlapsOf(LayerMethod.Loss);
    private static readonly Dictionary<string, Refusal<LayerCall<T>>> OverlapsOfFiveSpans = OverlapsOf(LayerMethod.FiveSpans);

    [Fact]
    public void LossAndGradientRefusesWhatIsWrong() =>
        Assert.All(Common.Concat(Full).Concat(Gradients), refusal => refusal.Value.Check(new()));

    [Fact]
    public void LossRefusesWhatIsWrong() => Assert.All(
        Common.Concat(Full), refusal => refusal.Value.Check(new() { Method = LayerMethod.Loss }));

    [Fact]
    public void TheFiveSpanFormRefusesWhatIsWrong() => Assert.All(
        Common.Concat(Gradients.Where(refusal => !refusal.Key.Contains("Bias", StringComparison.Ordinal))),
        refusal => NamedAsArguments(refusal.Value).Check(new() { Method = LayerMethod.FiveSpans }));

    /// <summary>Their lengths are told in numbers, not in bytes.</summary>
    [Theory]
    [MemberData(nameof(StoredFormats.Narrow), MemberType = typeof(StoredFormats))]
    public void WhatIsWrongBesideNumbersOf16BitsIsRefused(StoredFormat format)
    {
        Assert.All(Common.Concat(Full).Concat(Gradients), refusal => refusal.Value.Check(new() { Format = format }));
        Assert.All(Common.Concat(Full), refusal => refusal.Value.Check(new() { Format = format, Method = LayerMethod.Loss }));
        new LayerCall<T> { Format = format }.Run();
        new LayerCall<T> { Format = format, IsSoft = true }.Run();
    }

    [Fact]
    public void NoOutputMayOverlapAnything() => Assert.All(Overlaps, refusal => refusal.Value.Check(new()));

    [Fact]
    public void NoResultPerRowMayOverlapAnything() => Assert.All(OverlapsOfLoss, refusal => refusal.Value.Check(new()));

    [Fact]
    public void NoOutputOfTheFiveSpanFormMayOverlapAnything() => Assert.All(
        OverlapsOfFiveSpans, refusal => NamedAsArguments(refusal.Value).Check(new()));

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void TheUnspoiltCallIsAccepted(bool soft)
    {
        foreach (LayerMethod method in Enum.GetValues<LayerMethod>())
        {
            new LayerCall<T> { IsSoft = soft, Method = method }.Run();
        }
    }

    [Fact]
    public void EveryGradientMayBeLeftOut()
    {
        foreach (string name in (string[])["gradients.Hidden", "gradients.Weights", "gradients.Bias", "bias", "rowWeights"])
        {
            LayerCall<T> call = new();
            call.Resize(name, 0);
            call.Run();
        }
    }

    [Fact]
    public void AWorkspaceTooSmallForAnythingIsRefused() => SharedRefusals.WrongLength<LayerCall<T>>(
        ["MaxWorkspaceBytes", "1"], call => call.Options = new() { MaxWorkspaceBytes = 1 }).Check(new());

    /// <summary>One row has classes to weigh, and no rows have none.</summary>
    [Fact]
    public void ClassWeightsAreAsManyAsClassesFromTheFirstRowOn()
    {
        CrossEntropyOptions options = new() { ClassWeights = new double[] { 1, 1, 1 } };
        ArgumentException error = Assert.Throws<ArgumentException>(() =>
            LinearCrossEntropy.Loss(new OutputLayer<T>(new T[8]), new LabeledBatch<T>(new T[2], [0]), options: options));
        Assert.Contains("ClassWeights", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, LinearCrossEntropy.Loss(new OutputLayer<T>([], new T[4]), new LabeledBatch<T>([], []), options: options).Rows);
    }

    /// <summary>The five-span form has no members of gradients but arguments of their own.</summary>
    private static Refusal<LayerCall<T>> NamedAsArguments(Refusal<LayerCall<T>> refusal) => refusal with
    {
        Mentions = [.. refusal.Mentions.Select(mention => mention switch
        {
            "gradients.Hidden" => "hiddenGradient",
            "gradients.Weights" => "weightGradient",
            _ => mention,
        })],
    };

    private static Dictionary<string, Refusal<LayerCall<T>>> GradientRefusals()
    {
        Dictionary<string, Refusal<LayerCall<T>>> refusals = [];
        (string, int)[] lengths = [("gradients.Hidden", 6), ("gradients.Weights", 8), ("gradients.Bias", 4)];
        foreach ((string name, int right) in lengths)
        {
            foreach (int length in (int[])[1, right - 1, right + 1, 2 * right])
            {
                refusals[$"{name} of length {length}"] = SharedRefusals.WrongLength<LayerCall<T>>(
                    [name, $"{length}", $"{right}"], call => call[name] = new T[length]);
            }
        }

        return refusals;
    }

    private static Dictionary<string, Refusal<LayerCall<T>>> OverlapsOf(LayerMethod method) => new(
        SharedRefusals.OfOverlaps<LayerCall<T>, T>(new(), call => call.Method = method)
            .Concat(SharedRefusals.OfOverlaps<LayerCall<T>, T>(
                new(), call => (call.Method, call.IsSoft) = (method, method != LayerMethod.FiveSpans))
                .Select(refusal => KeyValuePair.Create($"soft: {refusal.Key}", refusal.Value))));
}

public sealed class LayerRefusalsInFloat : LayerRefusals<float>;

public sealed class LayerRefusalsInDouble : LayerRefusals<double>;
