using System.Buffers;
using System.Numerics;
using Xunit;

namespace OutputGrad.Tests.Bits;

/// <summary>The same bits on every run, on any number of threads, wherever the spans lie, and whatever lay in the workspace.</summary>
public abstract class Reproducibility<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>
    /// Up to this size a case is cheap enough for all 17 offsets; of the larger ones each takes the next one, and one takes all.
    /// </summary>
    private const int Cheap = 1_000_000;
    private const string Large = "layer 4x2101x1201 None";

    [Fact]
    public void AnyNumberOfThreadsGivesTheSameBits()
    {
        int repeated = 0;
        foreach (BitCase one in BitCases.All.Where(one => one.Threads<T>(7) > 1))
        {
            BitRun run = one.Prepare<T>();
            ulong expected = run(0, 1);
            Assert.All([1, 2, 3, 7, 7, -1, -1], threads => Same(expected, run(0, threads), $"{one.Name} on {threads} threads"));
            repeated++;
        }

        Assert.True(repeated > 40, $"Only {repeated} cases are shared among threads.");
    }

    [Fact]
    public void AnyAlignmentGivesTheSameBits()
    {
        Assert.Contains(BitCases.All, one => one.Name == Large);
        int next = 0;
        foreach (BitCase one in BitCases.All)
        {
            BitRun run = one.Prepare<T>();
            ulong expected = run(0, 1);
            IEnumerable<int> offsets = one.Size <= Cheap || one.Name == Large ? Enumerable.Range(0, 17) : [1 + (next++ % 16)];
            Assert.All(offsets, offset => Same(expected, run(offset, 1), $"{one.Name} at offset {offset}"));
        }
    }

    /// <summary>Rows that do not fill a strip leave parts of the workspace as the pool handed them over.</summary>
    [Fact]
    public void WhatTheWorkspaceHeldBeforeDoesNotMatter()
    {
        foreach (BitCase one in BitCases.All.Where(one => one.Size <= Cheap))
        {
            BitRun run = one.Prepare<T>();
            FillPool(0);
            ulong expected = run(0, 1);

            // floats and doubles of nothing but ones are NaN
            FillPool(0xFF);
            Same(expected, run(0, 1), $"{one.Name} in memory full of NaN");
        }
    }

    /// <summary>The arrays that this thread will be given next, one of each size.</summary>
    private static void FillPool(byte value)
    {
        for (int size = 1 << 8; size <= 1 << 23; size *= 2)
        {
            byte[] array = ArrayPool<byte>.Shared.Rent(size);
            array.AsSpan().Fill(value);
            ArrayPool<byte>.Shared.Return(array);
        }
    }

    private static void Same(ulong expected, ulong actual, string what) => Assert.True(expected == actual, $"{what}: other bits.");
}

public sealed class ReproducibilityInFloat : Reproducibility<float>;

public sealed class ReproducibilityInDouble : Reproducibility<double>;
