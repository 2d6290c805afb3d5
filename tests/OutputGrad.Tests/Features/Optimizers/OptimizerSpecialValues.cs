using System.Numerics;
using OutputGrad.Tests.Support;
using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Optimizers;
using Xunit;

namespace OutputGrad.Tests.Features.Optimizers;

/// <summary>Values at the end of what optimizers take: defaults, zeros, infinity, NaN, the largest step.</summary>
public abstract class OptimizerSpecialValues<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>More than a vector, and a ragged end.</summary>
    private const int Length = 37;

    private static readonly Optimizer[] Optimizers =
    [
        new SgdOptimizer(.1, .01),
        new MomentumOptimizer(.1, .9, .01, LooksAhead: false),
        new MomentumOptimizer(.1, .9, .01, LooksAhead: true),
        new AdamWOptimizer(.1, .9, .999, 1e-8, .01),
    ];

    [Fact]
    public void TheDefaultSgdChangesNothing()
    {
        T[] weights = Numbers(1), before = [.. weights];
        default(Sgd<T>).Update(weights, Numbers(2), 0);
        Exactly.SameBits<T>(before, weights, "weights");
    }

    [Fact]
    public void DefaultsWithoutMemoryRefuseEveryParameterAndTakeNone()
    {
        IWeightUpdate<T>[] defaults = [default(Momentum<T>), default(AdamW<T>)];
        T[] weights = Numbers(1), before = [.. weights];
        Assert.All(defaults, update =>
        {
            update.Update([], [], 0);
            Assert.Throws<ArgumentException>(() => update.Update(weights, Numbers(2), 0));
        });
        Exactly.SameBits<T>(before, weights, "weights");
    }

    /// <summary>The decay of AdamW does not depend on the gradient, that of the others is none here.</summary>
    [Fact]
    public void AMaskedClassStaysMasked()
    {
        Optimizer[] masking =
        [
            new SgdOptimizer(.1, 0),
            new MomentumOptimizer(.1, .9, 0, LooksAhead: false),
            new MomentumOptimizer(.1, .9, 0, LooksAhead: true),
            new AdamWOptimizer(.1, .9, .999, 1e-8, .01),
        ];
        Assert.All(masking, optimizer =>
        {
            T[] masked = [.. Enumerable.Repeat(T.NegativeInfinity, Length)];
            OptimizerRun<T> run = OptimizerRun<T>.Of(optimizer, masked, [new T[Length], new T[Length]]);
            Assert.Equal(masked, run.Weights);
            Assert.Equal(new T[Length], run.First);
            Assert.Equal(new T[Length], run.Second);
        });
    }

    [Fact]
    public void NaNReachesItsOwnParameterAlone() => Assert.All(Optimizers, optimizer =>
    {
        T[][] gradients = [Numbers(2), Numbers(3)];
        OptimizerRun<T> clean = OptimizerRun<T>.Of(optimizer, Numbers(1), gradients);
        for (int poisoned = 0; poisoned < Length; poisoned++)
        {
            Check(optimizer, clean, Poisoned(Numbers(1), poisoned), gradients, poisoned);
            Check(optimizer, clean, Numbers(1), [Poisoned(gradients[0], poisoned), gradients[1]], poisoned);
        }
    });

    [Fact]
    public void NaNInWhatIsRememberedReachesItsOwnParameterAlone() => Assert.All(Optimizers[1..], optimizer =>
    {
        T[] clean = Numbers(1);
        optimizer.Make<T>(new T[Length], new T[Length], 1).Update(clean, Numbers(2), 0);
        for (int poisoned = 0; poisoned < Length; poisoned++)
        {
            T[] weights = Numbers(1);
            optimizer.Make<T>(Poisoned(new T[Length], poisoned), new T[Length], 1).Update(weights, Numbers(2), 0);
            Exactly.SameBits<T>(Poisoned(clean, poisoned), weights, "weights");
        }
    });

    /// <summary>
    /// Nothing is left of the corrections: w - rate m / (sqrt(v) + epsilon). From the moments after the step on, root, denominator,
    /// quotient and epsilon round, and the new weight: 4 roundoffs of the move here, 3 in the oracle.
    /// </summary>
    [Fact]
    public void TheLargestStepCorrectsNothing()
    {
        T[] weights = Numbers(1), first = Numbers(2), second = Array.ConvertAll(Numbers(3), T.Abs);
        T[] before = [.. weights], gradient = new T[Length];

        new AdamW<T>(.5, first, second, int.MaxValue, weightDecay: 0).Update(weights, gradient, 0);

        for (int i = 0; i < Length; i++)
        {
            double move = .5 * double.CreateChecked(first[i]) / (Math.Sqrt(double.CreateChecked(second[i])) + 1e-8);
            double allowed = Near.Roundoff<T>() * (Math.Abs(double.CreateChecked(weights[i])) + (7 * Math.Abs(move)));
            Near.Equal(double.CreateChecked(before[i]) - move, weights[i], allowed, $"weight {i}");
        }
    }

    /// <summary>
    /// g^2 is beyond the type, (1 - beta2) g^2 is not. v is off by 3 roundoffs and its root by 2.5, the denominator by 2 more, m by 2, the
    /// rate by 1, product, quotient and weight by 1 each: 11.
    /// </summary>
    [Fact]
    public void AGradientWhoseSquareOverflowsStillMovesByTheLearningRate()
    {
        T large = T.ScaleB(T.One, typeof(T) == typeof(float) ? 65 : 515);
        Assert.True(T.IsPositiveInfinity(large * large));
        T[] gradient = [.. Enumerable.Repeat(large, Length)], weights = new T[Length];

        new AdamW<T>(.25, new T[Length], new T[Length], 1).Update(weights, gradient, 0);

        Assert.All(weights, weight => Near.Equal(-.25, weight, 11 * .25 * Near.Roundoff<T>(), "weight"));
    }

    [Fact]
    public void AGradientOfZeroWithoutEpsilonIsNaNAsTheFormulaSays()
    {
        T[] weights = Numbers(1);
        new AdamW<T>(.1, new T[Length], new T[Length], 1, epsilon: 0).Update(weights, new T[Length], 0);
        Assert.All(weights, weight => Assert.True(T.IsNaN(weight)));
    }

    private static void Check(Optimizer optimizer, OptimizerRun<T> clean, T[] weights, T[][] gradients, int poisoned)
    {
        T[] actual = OptimizerRun<T>.Of(optimizer, weights, gradients).Weights;
        Assert.True(T.IsNaN(actual[poisoned]));
        actual[poisoned] = clean.Weights[poisoned];
        Exactly.SameBits<T>(clean.Weights, actual, $"weights of {optimizer}");
    }

    private static T[] Poisoned(T[] numbers, int index)
    {
        T[] poisoned = [.. numbers];
        poisoned[index] = T.NaN;
        return poisoned;
    }

    private static T[] Numbers(int seed) => new RandomBatches(seed).Anywhere<T>(Length, 1);
}

public sealed class OptimizerSpecialValuesInFloat : OptimizerSpecialValues<float>;

public sealed class OptimizerSpecialValuesInDouble : OptimizerSpecialValues<double>;
