using System.Numerics;

namespace OutputGrad.Tests.Support.Optimizers;

/// <summary>Parameters, and what an optimizer remembers of them, after some steps.</summary>
internal sealed record OptimizerRun<T>(T[] Weights, T[] First, T[] Second)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>What the library makes of one step after the other, each cut into blocks that end there, the last block first.</summary>
    public static OptimizerRun<T> Of(Optimizer optimizer, T[] weights, T[][] gradients, params int[] cuts)
    {
        OptimizerRun<T> run = new([.. weights], new T[weights.Length], new T[weights.Length]);
        int[] bounds = [0, .. cuts, weights.Length];
        for (int step = 0; step < gradients.Length; step++)
        {
            IWeightUpdate<T> update = optimizer.Make<T>(run.First, run.Second, step + 1);
            for (int i = bounds.Length - 1; i > 0; i--)
            {
                Range block = bounds[i - 1]..bounds[i];
                update.Update(run.Weights.AsSpan(block), gradients[step].AsSpan(block), bounds[i - 1]);
            }
        }

        return run;
    }

    /// <summary>What the published formulas make of them.</summary>
    public static Parameter[] Published(Optimizer optimizer, T[] weights, T[][] gradients)
    {
        double unit = Near.Roundoff<T>() + Near.Roundoff<double>();
        Bounded zero = new(0, 0, unit);
        Parameter[] parameters = Array.ConvertAll(weights, weight => new Parameter(Exact(weight), zero, zero));
        for (int step = 0; step < gradients.Length; step++)
        {
            for (int i = 0; i < parameters.Length; i++)
            {
                parameters[i] = optimizer.Move(parameters[i], Exact(gradients[step][i]), step + 1);
            }
        }

        return parameters;

        Bounded Exact(T value) => new(double.CreateChecked(value), 0, unit);
    }

    public void IsNear(Parameter[] published, string what)
    {
        for (int i = 0; i < published.Length; i++)
        {
            Near.Equal(published[i].Weight.Value, Weights[i], published[i].Weight.Error, $"weight {i} of {what}");
            Near.Equal(published[i].First.Value, First[i], published[i].First.Error, $"first state {i} of {what}");
            Near.Equal(published[i].Second.Value, Second[i], published[i].Second.Error, $"second state {i} of {what}");
        }
    }

    public void HasBitsOf(OptimizerRun<T> other, string what)
    {
        Exactly.SameBits<T>(other.Weights, Weights, $"{what}: weights");
        Exactly.SameBits<T>(other.First, First, $"{what}: first state");
        Exactly.SameBits<T>(other.Second, Second, $"{what}: second state");
    }
}
