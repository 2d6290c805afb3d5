using OutputGrad.Tests.Support.Batches;
using OutputGrad.Tests.Support.Optimizers;

namespace OutputGrad.Tests.Bits;

/// <summary>Three steps of an optimizer over so many parameters.</summary>
internal sealed record UpdateBitCase(Optimizer Optimizer, int Length) : BitCase
{
    private const int Steps = 3;

    /// <summary>As golden-bits.txt spells it; the numbers come from the name.</summary>
    public override string Name => $"{Length} of {Optimizer}".Replace("Optimizer", "Optimiser", StringComparison.Ordinal);

    public override long Size => (long)Steps * Length;

    /// <summary>An update is one thread's work.</summary>
    public override int Threads<T>(int most) => 1;

    public override BitRun Prepare<T>()
    {
        IntegerNumbers numbers = new(Seed);
        T[] weights = numbers.Signed<T>(Length);
        T[][] gradients = [.. Enumerable.Range(0, Steps).Select(_ => numbers.Signed<T>(Length))];
        return (offset, _) =>
        {
            Offsets offsets = new(offset);
            Memory<T> moved = offsets.Place(weights), first = offsets.Place<T>(Length), second = offsets.Place<T>(Length);
            for (int step = 0; step < Steps; step++)
            {
                Optimizer.Make(first, second, step + 1).Update(moved.Span, offsets.Place(gradients[step]).Span, 0);
            }

            BitHash hash = new();
            hash.Add<T>(moved.Span);
            hash.Add<T>(first.Span);
            hash.Add<T>(second.Span);
            return hash.Value;
        };
    }
}
