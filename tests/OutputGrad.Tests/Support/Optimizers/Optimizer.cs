using System.Numerics;

namespace OutputGrad.Tests.Support.Optimizers;

/// <summary>An optimizer with its factors: as the library has it, and one parameter's step straight from the published formulas.</summary>
public abstract record Optimizer
{
    /// <summary>The library's, for one step; memory that it has no use for stays as it is.</summary>
    public abstract IWeightUpdate<T> Make<T>(Memory<T> first, Memory<T> second, int time)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>One step of one parameter.</summary>
    /// <param name="before">The parameter and what is remembered of it.</param>
    /// <param name="gradient">Its gradient.</param>
    /// <param name="time">Which step it is, from 1 on.</param>
    public abstract Parameter Move(Parameter before, Bounded gradient, int time);

    /// <summary>A factor of the formula, rounded to the type.</summary>
    protected static Bounded Factor(double value, Bounded like, double error = 0) => new Bounded(value, error, like.Unit).Rounded();
}

/// <summary>A parameter and what an optimizer remembers of it.</summary>
public readonly record struct Parameter(Bounded Weight, Bounded First, Bounded Second);

/// <summary>torch.optim.SGD with momentum 0: g = g + decay w, w = w - rate g.</summary>
public sealed record SgdOptimizer(double Rate, double Decay) : Optimizer
{
    public override IWeightUpdate<T> Make<T>(Memory<T> first, Memory<T> second, int time) => new Sgd<T>(Rate, Decay);

    public override Parameter Move(Parameter before, Bounded gradient, int time)
    {
        Bounded slope = gradient + (Factor(Decay, gradient) * before.Weight);
        return before with { Weight = before.Weight - (Factor(Rate, gradient) * slope) };
    }
}

/// <summary>
/// torch.optim.SGD: g = g + decay w, b = share b + g, w = w - rate b; with Nesterov's look ahead w = w - rate (g + share b).
/// </summary>
public sealed record MomentumOptimizer(double Rate, double Share, double Decay, bool LooksAhead) : Optimizer
{
    public override IWeightUpdate<T> Make<T>(Memory<T> first, Memory<T> second, int time) =>
        new Momentum<T>(Rate, first, Share, Decay, LooksAhead);

    public override Parameter Move(Parameter before, Bounded gradient, int time)
    {
        Bounded slope = gradient + (Factor(Decay, gradient) * before.Weight);
        Bounded share = Factor(Share, gradient);
        Bounded velocity = (share * before.First) + slope;
        Bounded direction = LooksAhead ? slope + (share * velocity) : velocity;
        return before with { Weight = before.Weight - (Factor(Rate, gradient) * direction), First = velocity };
    }
}

/// <summary>
/// Algorithm 2 of Loshchilov and Hutter as torch.optim.AdamW has it: w = w - rate decay w, m = beta1 m + (1 - beta1) g,
/// v = beta2 v + (1 - beta2) g^2, w = w - rate (m / (1 - beta1^step)) / (sqrt(v / (1 - beta2^step)) + epsilon).
/// </summary>
public sealed record AdamWOptimizer(double Rate, double Beta1, double Beta2, double Epsilon, double Decay) : Optimizer
{
    public override IWeightUpdate<T> Make<T>(Memory<T> first, Memory<T> second, int time) =>
        new AdamW<T>(Rate, first, second, time, Beta1, Beta2, Epsilon, Decay);

    public override Parameter Move(Parameter before, Bounded gradient, int time)
    {
        Bounded weight = before.Weight * Factor(1 - (Rate * Decay), gradient);
        Bounded mean = (Factor(Beta1, gradient) * before.First) + (Factor(1 - Beta1, gradient) * gradient);
        Bounded square = (Factor(Beta2, gradient) * before.Second) + (Factor(1 - Beta2, gradient) * (gradient * gradient));
        Bounded denominator = Bounded.Sqrt(square / Missing(Beta2, time, gradient)) + Factor(Epsilon, gradient);
        Bounded move = Factor(Rate, gradient) * (mean / Missing(Beta1, time, gradient)) / denominator;
        return new(weight - move, mean, square);
    }

    /// <summary>
    /// What a mean that began with zeros lacks: 1 - beta^time. The power is off by as many roundoffs of double as it has factors.
    /// </summary>
    private static Bounded Missing(double beta, int time, Bounded like)
    {
        double power = Math.Pow(beta, time);
        return Factor(1 - power, like, 2 * Math.ScaleB(time, -53) * power);
    }
}
