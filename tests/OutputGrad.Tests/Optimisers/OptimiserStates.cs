using Xunit;

namespace OutputGrad.Tests.Optimisers;

/// <summary>What a step asks of an optimiser's memory before it writes anything: one number per parameter, apart from all others.</summary>
public sealed class OptimiserStates
{
    private static readonly float[] Weights = new float[12], Bias = new float[3];

    [Fact]
    public void MemoryOfOneNumberPerParameterIsTaken()
    {
        new Momentum<float>(1, new float[15]).Check(Weights, Bias);
        new Momentum<float>(1, new float[12]).Check(Weights, []);
        new AdamW<float>(1, new float[15], new float[15], 1).Check(Weights, Bias);
        new AdamW<float>(1, default, default, 1).Check([], []);
    }

    [Fact]
    public void MemoryOfAnotherLengthIsRefused()
    {
        foreach (int length in (int[])[0, 12, 14, 16])
        {
            Refused("velocity", length, () => new Momentum<float>(1, new float[length]).Check(Weights, Bias));
            Refused("firstMoment", length, () => new AdamW<float>(1, new float[length], new float[15], 1).Check(Weights, Bias));
            Refused("secondMoment", length, () => new AdamW<float>(1, new float[15], new float[length], 1).Check(Weights, Bias));
        }

        Refused("velocity", 0, () => default(Momentum<float>).Check(Weights, Bias));
        Refused("firstMoment", 0, () => default(AdamW<float>).Check(Weights, Bias));

        static void Refused(string name, int length, Action check)
        {
            var error = Assert.Throws<ArgumentException>(check);
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
            Refused("velocity", "weights", () => new Momentum<float>(1, state).Check(other.Span, []));
            Refused("velocity", "bias", () => new Momentum<float>(1, state).Check([], other.Span));
            Refused("firstMoment", "weights", () => new AdamW<float>(1, state, new float[15], 1).Check(other.Span, []));
            Refused("firstMoment", "bias", () => new AdamW<float>(1, state, new float[15], 1).Check([], other.Span));
            Refused("secondMoment", "weights", () => new AdamW<float>(1, new float[15], state, 1).Check(other.Span, []));
            Refused("secondMoment", "bias", () => new AdamW<float>(1, new float[15], state, 1).Check([], other.Span));
            Refused("secondMoment", "firstMoment", () => new AdamW<float>(1, other, state, 1).Check(Weights, Bias));
        }

        new AdamW<float>(1, state, memory.AsMemory(55, 15), 1).Check(memory.AsSpan(28, 12), memory.AsSpan(70, 3));

        static void Refused(string name, string other, Action check)
        {
            var error = Assert.Throws<ArgumentException>(check);
            Assert.Equal(name, error.ParamName);
            Assert.All([name, other, "overlap", "15"], text => Assert.Contains(text, error.Message, StringComparison.Ordinal));
        }
    }
}
