using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using OutputGrad.Engine.Arguments;
using OutputGrad.Engine.Layer;
using OutputGrad.Engine.Simd;
using OutputGrad.Engine.Strips;
using OutputGrad.Engine.Tile;

namespace OutputGrad.Engine.FewRows;

/// <summary>
/// dH[n, d] = sum over c of a[c, n] W[c, d] for few rows n, block of classes by block: four classes at a time are added to sums that stay
/// in the nearest cache.
/// </summary>
/// <remarks>
/// <code>
/// sums of a block     [panel of up to 3 rows][vector of features][row][lane]
/// </code>
/// so that what a vector of W is multiplied into stands side by side. Every sum is one chain of fused multiply-adds over the classes in
/// order. Panels do not cross the 8 rows for which a filter decides together.
/// </remarks>
internal static unsafe class HiddenSums<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private const int RowsTogether = Blocking.TileHeight;

    /// <summary>
    /// Rows of W at a time: streams enough to keep memory busy, and with three rows of the batch 12 factors in registers.
    /// </summary>
    private const int ClassesTogether = 4;

    /// <summary>Of more features the scratch memory has no room for so many rows of weights.</summary>
    private const int MostWidenedFeatures = Blocking.RunFeatures * Blocking.TileHeight / ClassesTogether;

    /// <summary>The sums of a block, over the classes that remain where a filter is at work.</summary>
    /// <typeparam name="TWeight">How the weights are stored.</typeparam>
    /// <param name="layer">Where the weights are.</param>
    /// <param name="chunk">The sizes.</param>
    /// <param name="block">The classes; a stands in place of their logits.</param>
    /// <param name="sums">Rows x <see cref="Chunk{T}.PaddedFeatures"/>.</param>
    /// <param name="scratch">For weights that are widened once for several panels.</param>
    public static void Multiply<TWeight>(
        in LayerArguments<T> layer, in Chunk<T> chunk, in Block<T> block, T* sums, WorkerScratch<T> scratch)
        where TWeight : unmanaged
    {
        NativeMemory.Clear(sums, (nuint)(chunk.Rows * chunk.PaddedFeatures * sizeof(T)));
        ushort* every = stackalloc ushort[1 + Blocking.BlockClasses];
        *every = (ushort)block.Classes;
        for (int c = 0; c < *every; c++)
        {
            every[1 + c] = (ushort)c;
        }

        TWeight** weights = stackalloc TWeight*[ClassesTogether];
        T** widened = stackalloc T*[ClassesTogether];
        T** factors = stackalloc T*[ClassesTogether];
        for (int first = 0; first < chunk.Rows; first += RowsTogether)
        {
            ushort* classes = layer.HiddenThreshold > 0 ? block.Mask.Of(block.Index, strip: 0).Classes(first) : every;
            int rows = Math.Min(RowsTogether, chunk.Rows - first);
            bool isWidened = typeof(TWeight) == typeof(Half) && Panels.Count(rows) > 1 && layer.Features <= MostWidenedFeatures;
            int count;
            for (int i = 0; i < *classes; i += count)
            {
                count = Math.Min(ClassesTogether, *classes - i);
                for (int k = 0; k < count; k++)
                {
                    int c = classes[1 + i + k];
                    weights[k] = layer.Weights.Row<TWeight>(block.FirstClass + c);
                    factors[k] = block.Lines + ((nint)c * Lanes<T>.Count);
                    widened[k] = scratch.WidenedWeights + ((nint)k * layer.Features);
                    if (isWidened)
                    {
                        PanelCopy<TSimd, TVector, T>.Row(weights[k], layer.Features, widened[k], layer.Features);
                    }
                }

                for (int panel = 0; panel < Panels.Count(rows); panel++)
                {
                    (int First, int Count) part = (first + Panels.Start(panel, rows), Panels.Width(panel, rows));
                    T* panelSums = sums + (part.First * chunk.PaddedFeatures);
                    if (isWidened)
                    {
                        Add(widened, factors, count, part, panelSums, layer.Features);
                    }
                    else
                    {
                        Add(weights, factors, count, part, panelSums, layer.Features);
                    }
                }
            }
        }
    }

    /// <summary>Adds factor times a block's sums of a row to a gradient.</summary>
    /// <param name="chunk">The sizes.</param>
    /// <param name="sums">The block's sums.</param>
    /// <param name="row">Which row.</param>
    /// <param name="factor">What they are multiplied by.</param>
    /// <param name="gradient">The row's, as long as there are features.</param>
    public static void AddTo(in Chunk<T> chunk, T* sums, int row, T factor, T* gradient)
    {
        int first = row / RowsTogether * RowsTogether;
        int rows = Math.Min(RowsTogether, chunk.Rows - first);
        int panel = Panels.Of(row - first, rows);
        int start = first + Panels.Start(panel, rows);
        T* own = sums + (start * chunk.PaddedFeatures) + ((row - start) * TSimd.Count);
        AddVectors(own, Panels.Width(panel, rows) * TSimd.Count, factor, gradient, chunk.Features);
    }

    /// <summary>gradient[d] += factor row[d], for a whole row of features.</summary>
    public static void AddRow<TWeight>(TWeight* row, T factor, T* gradient, int features)
        where TWeight : unmanaged => AddVectors(row, TSimd.Count, factor, gradient, features);

    /// <summary>Adds factor times vectors that stand a stride apart.</summary>
    private static void AddVectors<TStored>(TStored* vectors, int stride, T factor, T* gradient, int features)
        where TStored : unmanaged
    {
        TVector factors = TSimd.Broadcast(factor);
        int d = 0;
        for (; d <= features - TSimd.Count; d += TSimd.Count, vectors += stride)
        {
            TSimd.Store(TSimd.MultiplyAdd(TSimd.Widen(vectors), factors, TSimd.Load(gradient + d)), gradient + d);
        }

        AddScalars(vectors, factor, gradient + d, features - d);
    }

    private static void Add<TWeight>(TWeight** weights, T** factors, int count, (int First, int Count) rows, T* sums, int features)
        where TWeight : unmanaged
    {
        switch (rows.Count)
        {
            case 1:
                Add<TileRow1<TSimd, TVector, T, WholeVector<TSimd, TVector, T>>, TWeight>(
                    weights, factors, count, rows.First, sums, features);
                break;
            case 2:
                Add<TileRow2<TSimd, TVector, T, WholeVector<TSimd, TVector, T>>, TWeight>(
                    weights, factors, count, rows.First, sums, features);
                break;
            default:
                Add<TileRow3<TSimd, TVector, T, WholeVector<TSimd, TVector, T>>, TWeight>(
                    weights, factors, count, rows.First, sums, features);
                break;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add<TRow, TWeight>(TWeight** weights, T** factors, int count, int lane, T* sums, int features)
        where TRow : unmanaged, ITileRow<TRow, TVector, T>
        where TWeight : unmanaged
    {
        int d = 0;
        if (count == ClassesTogether)
        {
            d = AddFour<TRow, TWeight>(weights, factors, lane, sums, features);
        }
        else
        {
            for (int i = 0; i < count; i++)
            {
                d = AddOne<TRow, TWeight>(weights[i], factors[i] + lane, sums, features);
            }
        }

        if (d < features)
        {
            T* end = sums + ((nint)d / TSimd.Count * TRow.Width);
            for (int i = 0; i < count; i++)
            {
                for (int row = 0; row < TRow.Width / TSimd.Count; row++)
                {
                    AddScalars(weights[i] + d, factors[i][lane + row], end + (row * TSimd.Count), features - d);
                }
            }
        }
    }

    /// <summary>Whole vectors of four classes; returns the features that they are.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static int AddFour<TRow, TWeight>(TWeight** weights, T** factors, int lane, T* sums, int features)
        where TRow : unmanaged, ITileRow<TRow, TVector, T>
        where TWeight : unmanaged
    {
        TWeight* weights0 = weights[0], weights1 = weights[1], weights2 = weights[2], weights3 = weights[3];
        TRow factors0 = TRow.Broadcast(factors[0] + lane), factors1 = TRow.Broadcast(factors[1] + lane);
        TRow factors2 = TRow.Broadcast(factors[2] + lane), factors3 = TRow.Broadcast(factors[3] + lane);
        int d = 0;
        for (; d <= features - TSimd.Count; d += TSimd.Count, sums += TRow.Width)
        {
            TRow sum = TRow.Load(sums);
            TRow.MultiplyAdd(TSimd.Widen(weights0 + d), factors0, ref sum);
            TRow.MultiplyAdd(TSimd.Widen(weights1 + d), factors1, ref sum);
            TRow.MultiplyAdd(TSimd.Widen(weights2 + d), factors2, ref sum);
            TRow.MultiplyAdd(TSimd.Widen(weights3 + d), factors3, ref sum);
            TRow.Store(sum, sums, TSimd.Count, 2 * TSimd.Count);
        }

        return d;
    }

    /// <summary>Whole vectors of one class.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static int AddOne<TRow, TWeight>(TWeight* weights, T* factors, T* sums, int features)
        where TRow : unmanaged, ITileRow<TRow, TVector, T>
        where TWeight : unmanaged
    {
        TRow factor = TRow.Broadcast(factors);
        int d = 0;
        for (; d <= features - TSimd.Count; d += TSimd.Count, sums += TRow.Width)
        {
            TRow sum = TRow.Load(sums);
            TRow.MultiplyAdd(TSimd.Widen(weights + d), factor, ref sum);
            TRow.Store(sum, sums, TSimd.Count, 2 * TSimd.Count);
        }

        return d;
    }

    private static void AddScalars<TStored>(TStored* row, T factor, T* sums, int count)
        where TStored : unmanaged
    {
        for (int d = 0; d < count; d++)
        {
            sums[d] = T.MultiplyAddEstimate(Widening.Number<TStored, T>(row[d]), factor, sums[d]);
        }
    }
}
