using System.Numerics;
using OutputGrad.Engine.Layer;

namespace OutputGrad.Tests.Bits;

/// <summary>A layer whose classes are cut into shards of equal size but for the last: the states of all and the gradients of all.</summary>
internal sealed record ShardBitCase(
    int Rows, int Features, int Classes, int ShardClasses, LossFeatures Loss, long Budget = 256L << 20) : BitCase
{
    public override string Name =>
        $"shards {Rows}x{Features}x{Classes}/{ShardClasses} {Loss}{(Budget == 256L << 20 ? "" : $" in {Budget}")}"
            .Replace(", ", "+", StringComparison.Ordinal);

    public override long Size => (long)Rows * Features * Classes;

    public override int Threads<T>(int most) =>
        LayerPlan<T>.WorkersFor(Rows, Features, ShardClasses, new() { MaxDegreeOfParallelism = most });

    public override BitRun Prepare<T>()
    {
        LayerBitData<T> data = new(Seed, (Rows, Features, Classes), Loss);
        CrossEntropyOptions options = data.Options with { MaxWorkspaceBytes = Budget };
        return (offset, threads) =>
        {
            Offsets offsets = new(offset);
            CrossEntropyOptions parallel = options with { MaxDegreeOfParallelism = threads };
            LabeledBatch<T> batch = data.Batch(offsets);
            Memory<SoftmaxState<T>> merged = offsets.Place<SoftmaxState<T>>(Rows), states = offsets.Place<SoftmaxState<T>>(Rows);
            BitHash hash = new();
            for (int first = 0; first < Classes; first += ShardClasses)
            {
                LinearCrossEntropy.ShardForward(data.Layer(offsets, Shard(first)), batch, first, Classes, states.Span, parallel);
                hash.Add<T>(states.Span);
                for (int n = 0; n < Rows; n++)
                {
                    merged.Span[n] = first == 0 ? states.Span[n] : SoftmaxState<T>.Merge(merged.Span[n], states.Span[n]);
                }
            }

            hash.Add<T>(merged.Span);
            Memory<SquaredNorm> norms = offsets.Place<SquaredNorm>(options.MaxRowGradientNorm is null ? 0 : Rows);
            SquaredNorm[] own = new SquaredNorm[Rows];
            for (int first = 0; first < Classes && norms.Length > 0; first += ShardClasses)
            {
                LinearCrossEntropy.ShardSquaredNorms(
                    data.Layer(offsets, Shard(first)), batch, first, Classes, merged.Span, own, parallel);
                for (int n = 0; n < Rows; n++)
                {
                    norms.Span[n] = first == 0 ? own[n] : SquaredNorm.Merge(norms.Span[n], own[n]);
                }
            }

            for (int first = 0; first < Classes; first += ShardClasses)
            {
                OutputGradients<T> gradients = data.Gradients(offsets, Shard(first));
                hash.Add(LinearCrossEntropy.ShardBackward(
                    data.Layer(offsets, Shard(first)), batch, first, Classes, merged.Span, gradients, parallel, norms.Span));
                hash.Add(gradients);
            }

            return hash.Value;
        };
    }

    private Range Shard(int first) => first..Math.Min(first + ShardClasses, Classes);
}

internal static class SoftmaxStatesBits
{
    public static void Add<T>(this BitHash hash, ReadOnlySpan<SoftmaxState<T>> states)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        foreach (SoftmaxState<T> state in states)
        {
            hash.Add<T>([state.Max, state.SumOfOthers, state.TargetLogit]);
        }
    }
}
