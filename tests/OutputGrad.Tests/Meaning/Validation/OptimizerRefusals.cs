using System.Globalization;
using System.Numerics;
using Xunit;

namespace OutputGrad.Tests.Meaning.Validation;

/// <summary>What optimizers refuse: the message names the argument and the numbers, and nothing has been written.</summary>
public abstract class OptimizerRefusals<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private static readonly double[] NoFactors = [-1, -double.Epsilon, double.NaN, double.PositiveInfinity, double.NegativeInfinity];
    private static readonly double[] NoShares = [-.1, 1, 1.5, double.NaN, double.PositiveInfinity];

    [Fact]
    public void FactorsMustBeFiniteAndNotNegative() => Assert.All(NoFactors, value =>
    {
        OutOfRange("learningRate", value, () => new Sgd<T>(value));
        OutOfRange("weightDecay", value, () => new Sgd<T>(1, value));
        OutOfRange("learningRate", value, () => new Momentum<T>(value, default));
        OutOfRange("weightDecay", value, () => new Momentum<T>(1, default, weightDecay: value));
        OutOfRange("learningRate", value, () => new AdamW<T>(value, default, default, 1));
        OutOfRange("epsilon", value, () => new AdamW<T>(1, default, default, 1, epsilon: value));
        OutOfRange("weightDecay", value, () => new AdamW<T>(1, default, default, 1, weightDecay: value));
    });

    [Fact]
    public void SharesMustBeBelowOne() => Assert.All(NoShares, value =>
    {
        OutOfRange("momentum", value, () => new Momentum<T>(1, default, value));
        OutOfRange("beta1", value, () => new AdamW<T>(1, default, default, 1, beta1: value));
        OutOfRange("beta2", value, () => new AdamW<T>(1, default, default, 1, beta2: value));
    });

    [Fact]
    public void LookingAheadNeedsMomentum() => OutOfRange("momentum", 0, () => new Momentum<T>(1, default, 0, nesterov: true));

    [Fact]
    public void StepsCountFromOne() =>
        Assert.All([0, -1, int.MinValue], step => OutOfRange("step", step, () => new AdamW<T>(1, default, default, step)));

    [Fact]
    public void ZerosAndTheLargestValuesAreTaken()
    {
        double largest = double.CreateChecked(-T.BitIncrement(T.NegativeInfinity));
        foreach (double value in (double[])[0, largest])
        {
            Assert.IsType<Sgd<T>>(new Sgd<T>(value, value));
            Assert.IsType<Momentum<T>>(new Momentum<T>(value, default, 0, value));
            Assert.IsType<AdamW<T>>(new AdamW<T>(value, default, default, int.MaxValue, 0, Math.BitDecrement(1), value, value));
        }
    }

    [Fact]
    public void AGradientOfAnotherLengthIsRefused() => Assert.All(Make(new T[8], new T[8]), update =>
    {
        foreach (int length in (int[])[0, 3, 5])
        {
            T[] weights = new T[4];
            ArgumentException error = Assert.Throws<ArgumentException>(() => update.Update(weights, Ones(length), 0));
            Mentions(error, "gradient", length, 4);
            Assert.Equal(new T[4], weights);
        }
    });

    [Fact]
    public void ANegativeIndexIsRefused() => Assert.All([-1, -4, long.MinValue], index =>
    {
        foreach (IWeightUpdate<T> update in Make(new T[8], new T[8]))
        {
            T[] weights = new T[4];
            Mentions(Assert.Throws<ArgumentOutOfRangeException>(() => update.Update(weights, Ones(4), index)), "index", index);
            Assert.Equal(new T[4], weights);
        }
    });

    [Fact]
    public void ABlockBeyondWhatIsRememberedIsRefused()
    {
        foreach (long index in (long[])[5, 8, int.MaxValue, 1L << 32, long.MaxValue])
        {
            Refused("velocity", index, new Momentum<T>(1, new T[8]));
            Refused("firstMoment", index, new AdamW<T>(1, new T[8], new T[8], 1));
        }

        Refused("secondMoment", 5, new AdamW<T>(1, new T[9], new T[8], 1));

        static void Refused(string name, long index, IWeightUpdate<T> update)
        {
            T[] weights = new T[4];
            Mentions(Assert.Throws<ArgumentException>(() => update.Update(weights, Ones(4), index)), name, index, 4, 8);
            Assert.Equal(new T[4], weights);
        }
    }

    [Fact]
    public void SpansThatOverlapAreRefused()
    {
        T[] memory = Ones(40), apart = new T[4];
        for (int start = 7; start <= 13; start++)
        {
            Memory<T> fixedPart = memory.AsMemory(10, 4), moving = memory.AsMemory(start, 4);
            foreach (IWeightUpdate<T> update in Make(new T[4], new T[4]))
            {
                Refused(() => update.Update(fixedPart.Span, moving.Span, 0), "weights", "gradient");
            }

            foreach ((Memory<T> weights, Memory<T> gradient, string other) in
                (IEnumerable<(Memory<T>, Memory<T>, string)>)[(moving, apart, "weights"), (apart, moving, "gradient")])
            {
                Refused(() => new Momentum<T>(1, fixedPart).Update(weights.Span, gradient.Span, 0), "velocity", other);
                Refused(() => new AdamW<T>(1, fixedPart, new T[4], 1).Update(weights.Span, gradient.Span, 0), "firstMoment", other);
                Refused(() => new AdamW<T>(1, new T[4], fixedPart, 1).Update(weights.Span, gradient.Span, 0), "secondMoment", other);
            }

            Refused(() => new AdamW<T>(1, fixedPart, moving, 1).Update(apart, new T[4], 0), "secondMoment", "firstMoment");
        }

        Assert.Equal(Ones(40), memory);
        Assert.Equal(new T[4], apart);
        Assert.All(
            Make(memory.AsMemory(10, 4), memory.AsMemory(14, 4)), update => update.Update(memory.AsSpan(6, 4), memory.AsSpan(18, 4), 0));
    }

    private static IWeightUpdate<T>[] Make(Memory<T> first, Memory<T> second) =>
        [new Sgd<T>(1), new Momentum<T>(1, first), new AdamW<T>(1, first, second, 1)];

    private static void Refused(Action call, params string[] names)
    {
        ArgumentException error = Assert.Throws<ArgumentException>(call);
        Assert.Equal(names[0], error.ParamName);
        Assert.All(["overlap", .. names], name => Assert.Contains(name, error.Message, StringComparison.Ordinal));
    }

    protected static void OutOfRange(string name, double value, Func<object> make) =>
        Mentions(Assert.Throws<ArgumentOutOfRangeException>(make), name, value);

    private static void Mentions(ArgumentException error, string name, params IEnumerable<object> numbers)
    {
        Assert.Equal(name, error.ParamName);
        Assert.All(numbers, number =>
            Assert.Contains(Convert.ToString(number, CultureInfo.InvariantCulture)!, error.Message, StringComparison.Ordinal));
    }

    private static T[] Ones(int length) => [.. Enumerable.Repeat(T.One, length)];
}

public sealed class OptimizerRefusalsInFloat : OptimizerRefusals<float>
{
    [Fact]
    public void FactorsThatAreNoFloatsAreRefused()
    {
        const double NoFloat = 1e39;
        OutOfRange("learningRate", NoFloat, () => new Sgd<float>(NoFloat));
        OutOfRange("weightDecay", NoFloat, () => new Momentum<float>(1, default, .9, NoFloat));
        OutOfRange("epsilon", NoFloat, () => new AdamW<float>(1, default, default, 1, epsilon: NoFloat));
    }
}

public sealed class OptimizerRefusalsInDouble : OptimizerRefusals<double>;
