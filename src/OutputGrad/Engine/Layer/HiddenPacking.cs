using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using OutputGrad.Engine.Arguments;
using OutputGrad.Engine.Simd;
using OutputGrad.Engine.Strips;
using OutputGrad.Engine.Tile;

namespace OutputGrad.Engine.Layer;

/// <summary>Hidden vectors and their gradient on their way between the caller's rows and the panels of a <see cref="Chunk{T}"/>.</summary>
internal static unsafe class HiddenPacking<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Copies hidden vectors into the panels of <see cref="Chunk{T}.HiddenColumns"/>, one group of strips.</summary>
    public static void PackColumns(in LayerArguments<T> layer, in Chunk<T> chunk, int group)
    {
        switch (layer.Hidden.Format)
        {
            case NumberFormat.Half:
                PackColumns<Half>(layer, chunk, group);
                break;
            case NumberFormat.BFloat16:
                PackColumns<BFloat16>(layer, chunk, group);
                break;
            default:
                PackColumns<T>(layer, chunk, group);
                break;
        }
    }

    private static void PackColumns<TStored>(in LayerArguments<T> layer, in Chunk<T> chunk, int group)
        where TStored : unmanaged
    {
        int first = group * Blocking.GroupStrips * Lanes<T>.Count;
        int vectors = GroupVectors(chunk, group);
        for (int panel = 0; panel < Panels.Count(vectors); panel++)
        {
            int start = first + (Panels.Start(panel, vectors) * TSimd.Count);
            int width = Panels.Width(panel, vectors) * TSimd.Count;
            T* destination = chunk.HiddenColumns + ((nint)start * layer.Features);
            int live = Math.Clamp(chunk.Rows - start, 0, width);
            int lane = 0;
            for (; lane <= live - 4; lane += 4)
            {
                InterleaveFour<TStored>(layer, chunk, start + lane, destination + lane, width);
            }

            for (; lane < width; lane++)
            {
                TStored* source = lane < live ? layer.Hidden.Row<TStored>(chunk.RowStates[start + lane].Source) : null;
                T* to = destination + lane;
                for (int d = 0; d < layer.Features; d++, to += width)
                {
                    *to = source == null ? T.Zero : Widening.Number<TStored, T>(source[d]);
                }
            }
        }
    }

    /// <summary>
    /// Copies hidden vectors, scaled where the row's gradient is clipped, into one panel of <see cref="Chunk{T}.HiddenRows"/>.
    /// </summary>
    public static void PackRows(in LayerArguments<T> layer, in Chunk<T> chunk, FeaturePanel<TSimd, TVector, T> panel)
    {
        T* destination = chunk.HiddenRows + panel.At(chunk.PaddedRows);
        for (int row = 0; row < chunk.PaddedRows; row++, destination += panel.Width)
        {
            if (row >= chunk.Rows)
            {
                new Span<T>(destination, panel.Width).Clear();
                continue;
            }

            ref readonly RowState state = ref chunk.RowStates[row];
            WideningCopy<TSimd, TVector, T>.Rows(
                layer.Hidden, state.Source, count: 1, (panel.Start, panel.Live), destination, panel.Width);
            if (state.IsClipped)
            {
                Clip(new(destination, panel.Live), state);
            }
        }
    }

    /// <summary>Brings sums of dL/dH that <see cref="UnpackGradient"/> has copied out back into a panel.</summary>
    public static void PackGradient(in LayerArguments<T> layer, in Chunk<T> chunk, FeaturePanel<TSimd, TVector, T> panel)
    {
        T* destination = chunk.HiddenGradient + panel.At(chunk.PaddedRows);
        for (int row = 0; row < chunk.Rows; row++, destination += panel.Width)
        {
            T* source = layer.HiddenGradientRow(chunk.RowStates[row].Destination) + panel.Start;
            PanelCopy<TSimd, TVector, T>.Row(source, panel.Live, destination, panel.Width);
        }
    }

    /// <summary>Copies a panel's sums to where the caller wants dL/dH of the chunk's rows.</summary>
    public static void UnpackGradient(in LayerArguments<T> layer, in Chunk<T> chunk, FeaturePanel<TSimd, TVector, T> panel)
    {
        T* source = chunk.HiddenGradient + panel.At(chunk.PaddedRows);
        for (int row = 0; row < chunk.Rows; row++, source += panel.Width)
        {
            T* destination = layer.HiddenGradientRow(chunk.RowStates[row].Destination) + panel.Start;
            PanelCopy<TSimd, TVector, T>.Row(source, panel.Live, destination, panel.Live);
        }
    }

    /// <summary>How many vectors the rows of a group of strips are; those that would be padding alone are not there.</summary>
    public static int GroupVectors(in Chunk<T> chunk, int group)
    {
        int most = Blocking.GroupStrips * Lanes<T>.Count;
        return Blocking.Divide(Math.Min(most, chunk.Rows - (group * most)), TSimd.Count);
    }

    private static void Clip(Span<T> hidden, in RowState row)
    {
        if (row.ClipExponent == 0)
        {
            TensorPrimitives.Multiply(hidden, T.CreateTruncating(row.Clip), hidden);
            return;
        }

        foreach (ref T number in hidden)
        {
            number = row.Clipped(number);
        }
    }

    private static void InterleaveFour<TStored>(in LayerArguments<T> layer, in Chunk<T> chunk, int row, T* destination, int stride)
        where TStored : unmanaged
    {
        TStored* row0 = layer.Hidden.Row<TStored>(chunk.RowStates[row].Source);
        TStored* row1 = layer.Hidden.Row<TStored>(chunk.RowStates[row + 1].Source);
        TStored* row2 = layer.Hidden.Row<TStored>(chunk.RowStates[row + 2].Source);
        TStored* row3 = layer.Hidden.Row<TStored>(chunk.RowStates[row + 3].Source);
        for (int d = 0; d < layer.Features; d++, destination += stride)
        {
            // one store for four numbers
            T first = Widening.Number<TStored, T>(row0[d]), second = Widening.Number<TStored, T>(row1[d]);
            T third = Widening.Number<TStored, T>(row2[d]), fourth = Widening.Number<TStored, T>(row3[d]);
            if (typeof(T) == typeof(float))
            {
                float single = Unsafe.BitCast<T, float>(first);
                Vector128.Create(
                    single, Unsafe.BitCast<T, float>(second), Unsafe.BitCast<T, float>(third), Unsafe.BitCast<T, float>(fourth))
                    .Store((float*)destination);
            }
            else
            {
                double twice = Unsafe.BitCast<T, double>(first);
                Vector256.Create(
                    twice, Unsafe.BitCast<T, double>(second), Unsafe.BitCast<T, double>(third), Unsafe.BitCast<T, double>(fourth))
                    .Store((double*)destination);
            }
        }
    }
}
