using OutputGrad.Engine.Optimizers;
using Xunit;

namespace OutputGrad.Tests.Engine;

/// <summary>What a step asks of an optimizer's memory before it writes anything: one number per parameter, apart from all others.</summary>
public sealed class OptimizerMemoryTests
{
    private static readonly float[] Weights = new float[12], Bias = new float[3];

    [Fact]
    public void MemoryOfOneNumberPerParameterIsTaken()
    {
        Check(new Momentum<float>(1, new float[15]), Weights, Bias);
        Check(new Momentum<float>(1, new float[12]), Weights, []);
        Check(new AdamW<float>(1, new float[15], new float[15], 1), Weights, Bias);
        Check(new AdamW<float>(1, default, default, 1), [], []);
    }

    [Fact]
    public void MemoryOfAnotherLengthIsRefused()
    {
        foreach (int length in (int[])[0, 12, 14, 16])
        {
            Refused("velocity", length, () => Check(new Momentum<float>(1, new float[length]), Weights, Bias));
            Refused("firstMoment", length, () => Check(new AdamW<float>(1, new float[length], new float[15], 1), Weights, Bias));
            Refused("secondMoment", length, () => Check(new AdamW<float>(1, new float[15], new float[length], 1), Weights, Bias));
        }

        Refused("velocity", 0, () => Check(default(Momentum<float>), Weights, Bias));
        Refused("firstMoment", 0, () => Check(default(AdamW<float>), Weights, Bias));

        static void Refused(string name, int length, Action check)
        {
            ArgumentException error = Assert.Throws<ArgumentException>(check);
            Assert.Equal(name, error.ParamName);
            Assert.All([name, $"{length}", "12", "3"], text => Assert.Contains(text, error.Message, StringComparison.Ordinal));
        }
    }

    [Fact]
    public void MemoryThatOverlapsIsRefused()
    {
        float[] memory = new float[100];
        Memory<float> state = memory.AsMemory(40, 15);
        foreach (int start in (int[])[26, 30, 40, 54])
        {
            Memory<float> other = memory.AsMemory(start, 15);
            Refused("velocity", "weights", () => Check(new Momentum<float>(1, state), other.Span, []));
            Refused("velocity", "bias", () => Check(new Momentum<float>(1, state), [], other.Span));
            Refused("firstMoment", "weights", () => Check(new AdamW<float>(1, state, new float[15], 1), other.Span, []));
            Refused("firstMoment", "bias", () => Check(new AdamW<float>(1, state, new float[15], 1), [], other.Span));
            Refused("secondMoment", "weights", () => Check(new AdamW<float>(1, new float[15], state, 1), other.Span, []));
            Refused("secondMoment", "bias", () => Check(new AdamW<float>(1, new float[15], state, 1), [], other.Span));
            Refused("secondMoment", "firstMoment", () => Check(new AdamW<float>(1, other, state, 1), Weights, Bias));
        }

        Check(new AdamW<float>(1, state, memory.AsMemory(55, 15), 1), memory.AsSpan(28, 12), memory.AsSpan(70, 3));

        static void Refused(string name, string other, Action check)
        {
            ArgumentException error = Assert.Throws<ArgumentException>(check);
            Assert.Equal(name, error.ParamName);
            Assert.All([name, other, "overlap", "15"], text => Assert.Contains(text, error.Message, StringComparison.Ordinal));
        }
    }

    private static void Check(IOptimizerMemory<float> optimizer, ReadOnlySpan<float> weights, ReadOnlySpan<float> bias) =>
        optimizer.Check(weights, bias);
}
