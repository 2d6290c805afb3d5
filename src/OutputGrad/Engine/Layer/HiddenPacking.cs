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
    /// <summary>A panel of the rows that so many tiles read is not worth a copy ...</summary>
    private const int InPlaceTiles = 16;

    /// <summary>... unless rows are as long as this, many of which share a few sets of the nearest cache.</summary>
    private const int InPlaceRowBytes = 4096;

    /// <summary>Whether products take the caller's rows and their gradient where they lie.</summary>
    public static bool LeavesInPlace(in LayerArguments<T> layer, in Chunk<T> chunk) =>
        layer.Classes <= InPlaceTiles * RegisterTile<TSimd, TVector, T>.Height
        && (long)layer.Features * sizeof(T) < InPlaceRowBytes
        && layer.Hidden.IsFull
        && !layer.WantsNorms
        && layer.Batch.RowIndices == null
        && chunk.RowStates[chunk.Rows - 1].Source - chunk.RowStates[0].Source == chunk.Rows - 1;

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
        if (IsInPlace(chunk, panel))
        {
            return;
        }

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
        if (IsInPlace(chunk, panel))
        {
            return;
        }

        T* source = chunk.HiddenGradient + panel.At(chunk.PaddedRows);
        for (int row = 0; row < chunk.Rows; row++, source += panel.Width)
        {
            T* destination = layer.HiddenGradientRow(chunk.RowStates[row].Destination) + panel.Start;
            PanelCopy<TSimd, TVector, T>.Row(source, panel.Live, destination, panel.Live);
        }
    }

    /// <summary>Where a panel of hidden vectors is, and how far from a row to the next.</summary>
    public static T* Rows(in LayerArguments<T> layer, in Chunk<T> chunk, FeaturePanel<TSimd, TVector, T> panel, out int stride) =>
        Panel(layer.Hidden.Row<T>(chunk.RowStates[0].Source), chunk.HiddenRows, chunk, panel, out stride);

    /// <summary>Likewise of their gradient.</summary>
    public static T* Gradient(in LayerArguments<T> layer, in Chunk<T> chunk, FeaturePanel<TSimd, TVector, T> panel, out int stride) =>
        Panel(layer.HiddenGradientRow(chunk.RowStates[0].Destination), chunk.HiddenGradient, chunk, panel, out stride);

    /// <summary>How many vectors the rows of a group of strips are; those that would be padding alone are not there.</summary>
    public static int GroupVectors(in Chunk<T> chunk, int group) => Blocking.Divide(GroupRows(chunk, group), TSimd.Count);

    /// <summary>
    /// Whether no more than the lower half of a group's last vector is rows, and multiplying that alone may be quicker.
    /// </summary>
    public static bool EndsInHalf(in Chunk<T> chunk, int group) =>
        TSimd.HasHalves && (GroupRows(chunk, group) - 1) % TSimd.Count < TSimd.Count / 2;

    private static int GroupRows(in Chunk<T> chunk, int group)
    {
        int most = Blocking.GroupStrips * Lanes<T>.Count;
        return Math.Min(most, chunk.Rows - (group * most));
    }

    /// <summary>A panel of the caller's rows, or of the copy of them.</summary>
    private static T* Panel(T* rows, T* copy, in Chunk<T> chunk, FeaturePanel<TSimd, TVector, T> panel, out int stride)
    {
        bool isInPlace = IsInPlace(chunk, panel);
        stride = isInPlace ? chunk.Features : panel.Width;
        return isInPlace ? rows + panel.Start : copy + panel.At(chunk.PaddedRows);
    }

    private static bool IsInPlace(in Chunk<T> chunk, FeaturePanel<TSimd, TVector, T> panel) => chunk.IsInPlace && panel.Live == panel.Width;

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
        int d = 0;
        for (; typeof(T) == typeof(float) && d <= layer.Features - 4; d += 4, destination += 4 * stride)
        {
            Transpose4.Store(Four(row0 + d), Four(row1 + d), Four(row2 + d), Four(row3 + d), (float*)destination, stride);
        }

        for (; d < layer.Features; d++, destination += stride)
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

    private static Vector128<float> Four<TStored>(TStored* source)
        where TStored : unmanaged => typeof(TStored) == typeof(float) ? Vector128.Load((float*)source) : Widening.Four(source);
}
