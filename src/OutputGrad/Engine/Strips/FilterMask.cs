using System.Numerics;
using System.Runtime.CompilerServices;
using OutputGrad.Engine.Simd;
using OutputGrad.Engine.Work;

namespace OutputGrad.Engine.Strips;

/// <summary>The residuals of the swept blocks that the filters keep, in the form in which the products walk over it.</summary>
/// <remarks>
/// <code>
/// dL/dH, a tile of 8 rows:      [block][strip][8 rows of it]: how many classes remain, then which    a class remains for all 8 or none
/// dL/dW, a tile of 8 classes:   [block][8 classes][strip]: a bit per row                             a row remains for all 8 or none
/// </code>
/// Eight by one, whatever the tile's own height is, so that the hardware decides over no bit.
/// </remarks>
internal readonly unsafe struct FilterMask<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>A count and a block's classes.</summary>
    public const int ListLength = 1 + Blocking.BlockClasses;

    private const int Eights = Blocking.BlockClasses / Blocking.TileHeight;

    private readonly int _blocks;
    private readonly int _strips;
    private readonly ushort* _classes;
    private readonly ushort* _rows;
    private readonly byte* _started;

    /// <summary>Room for so many blocks at a time.</summary>
    public FilterMask(ref WorkspaceCursor cursor, int strips, int blocks)
    {
        _blocks = blocks;
        _strips = strips;
        _classes = cursor.Take<ushort>((long)blocks * strips * ListsPerStrip * ListLength);
        _rows = cursor.Take<ushort>((long)blocks * Eights * strips);
        _started = cursor.Take<byte>((long)blocks * Eights);
    }

    private static int ListsPerStrip => Lanes<T>.Count / Blocking.TileHeight;

    public StripMask<T> Of(int block, int strip) => new(
        _classes + ((((nint)block % _blocks * _strips) + strip) * ListsPerStrip * ListLength),
        _rows + (Eight(block, 0) * _strips) + strip,
        _strips);

    /// <summary>Whether the gradient of the 8 classes around one has been started in this sweep.</summary>
    public ref bool IsStarted(int block, int c) => ref Unsafe.AsRef<bool>(_started + Eight(block, c));

    /// <summary>Before a sweep.</summary>
    public void ForgetStarted() => new Span<byte>(_started, _blocks * Eights).Clear();

    /// <summary>Lists the rows of so many strips that remain for the 8 classes around one; returns how many.</summary>
    public int ListRows(int block, int c, int strips, ushort* list)
    {
        int count = 0;
        for (int strip = 0; strip < strips; strip++)
        {
            for (uint left = Of(block, strip).Rows(c); left != 0; left &= left - 1)
            {
                list[count++] = (ushort)((strip * Lanes<T>.Count) + BitOperations.TrailingZeroCount(left));
            }
        }

        return count;
    }

    /// <summary>Whether a row of so many strips remains for the 8 classes around one.</summary>
    public bool AnyRow(int block, int c, int strips) =>
        new ReadOnlySpan<ushort>(_rows + (Eight(block, c) * _strips), strips).ContainsAnyExcept((ushort)0);

    private nint Eight(int block, int c) => ((nint)block % _blocks * Eights) + (c / Blocking.TileHeight);
}
