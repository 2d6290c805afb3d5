using System.Runtime.CompilerServices;
using OutputGrad.Engine.Simd;

namespace OutputGrad.Engine.Tile;

/// <summary>Which depths the register tile sums over.</summary>
internal unsafe interface ITileDepths<T>
    where T : unmanaged
{
    /// <summary>Sets both sides to where a run of depths starts; where nothing is set they go on from the run before.</summary>
    static abstract void StartRun<TStored>(in TileOperands<T> operands, int run, ref TStored* a, ref T* b)
        where TStored : unmanaged;
}

/// <summary>All of them.</summary>
internal readonly unsafe struct EveryDepth<T> : ITileDepths<T>
    where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StartRun<TStored>(in TileOperands<T> operands, int run, ref TStored* a, ref T* b)
        where TStored : unmanaged
    {
    }
}

/// <summary>Those of <see cref="TileOperands{T}.Depths"/>.</summary>
internal readonly unsafe struct ListedDepths<T> : ITileDepths<T>
    where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StartRun<TStored>(in TileOperands<T> operands, int run, ref TStored* a, ref T* b)
        where TStored : unmanaged
    {
        uint depth = operands.Depths[run];
        uint lanes = (uint)Lanes<T>.Count;
        a = (TStored*)operands.A + ((nint)(depth / lanes) * operands.ARun) + ((nint)(depth % lanes) * operands.ADepth);
        b = operands.B + ((nint)depth * operands.BDepth);
    }
}

/// <summary>All of them; each prefetches a part of what is needed next.</summary>
internal readonly unsafe struct EveryDepthAhead<T> : ITileDepths<T>
    where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StartRun<TStored>(in TileOperands<T> operands, int run, ref TStored* a, ref T* b)
        where TStored : unmanaged =>
        Prefetch.Bytes(operands.Next + (run * operands.NextBytes), operands.NextBytes);
}
