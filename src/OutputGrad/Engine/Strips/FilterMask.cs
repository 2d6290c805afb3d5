using System.Numerics;
using System.Runtime.CompilerServices;
using OutputGrad.Engine.Layer;
using OutputGrad.Engine.Simd;
using OutputGrad.Engine.Work;

namespace OutputGrad.Engine.Strips;

/// <summary>What the filters leave of the residuals of the swept blocks, in the form in which the products walk over it.</summary>
/// <remarks>
/// <code>
/// dL/dH, a tile of 8 rows:        [block][strip][8 rows of it]: how many classes survive, then which      a class survives for all 8 rows or none
/// dL/dW, a tile of 8 classes:     [block][8 classes][strip]: a bit per row                                a row survives for all 8 classes or none
/// </code>
/// Eight by one, whatever the tile's own height is, so that the hardware decides over no bit.
/// </remarks>
internal unsafe struct FilterMask<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Rows, or classes, that survive together.</summary>
    public const int Together = 8;

    private const int ClassGroups = Blocking.BlockClasses / Together;

    private int _blocks;
    private int _strips;
    private ushort* _classes;
    private ushort* _rows;
    private byte* _isStarted;

    private static int RowGroups => Lanes<T>.Count / Together;

    /// <summary>Room for so many blocks at a time.</summary>
    public static FilterMask<T> Take(ref WorkspaceCursor cursor, in Chunk<T> chunk, int blocks) => new()
    {
        _blocks = blocks,
        _strips = chunk.Strips,
        _classes = cursor.Take<ushort>((long)blocks * chunk.Strips * RowGroups * (1 + Blocking.BlockClasses)),
        _rows = cursor.Take<ushort>((long)blocks * ClassGroups * chunk.Strips),
        _isStarted = cursor.Take<byte>((long)blocks * ClassGroups),
    };

    /// <summary>How many classes survive for the 8 rows from a lane of a strip on, and then which, counted from the block's first.</summary>
    public readonly ushort* Classes(int block, int strip, int lane) =>
        _classes + ((((((long)block % _blocks * _strips) + strip) * RowGroups) + (lane / Together)) * (1 + Blocking.BlockClasses));

    /// <summary>The rows of a strip that survive for the 8 classes around one, counted from the block's first: a bit each.</summary>
    public readonly ref ushort Rows(int block, int v, int strip) => ref Unsafe.AsRef<ushort>(_rows + ((Group(block, v) * _strips) + strip));

    /// <summary>Whether the gradient of the 8 classes around one has been begun in this sweep.</summary>
    public readonly ref bool IsStarted(int block, int v) => ref Unsafe.AsRef<bool>(_isStarted + Group(block, v));

    /// <summary>Before a sweep.</summary>
    public readonly void ForgetStarted() => new Span<byte>(_isStarted, _blocks * ClassGroups).Clear();

    /// <summary>Lists the rows of so many strips that survive for the 8 classes around one; returns how many.</summary>
    public readonly int ListRows(int block, int v, int strips, ushort* list)
    {
        int count = 0;
        for (int strip = 0; strip < strips; strip++)
        {
            for (uint left = Rows(block, v, strip); left != 0; left &= left - 1)
            {
                list[count++] = (ushort)((strip * Lanes<T>.Count) + BitOperations.TrailingZeroCount(left));
            }
        }

        return count;
    }

    /// <summary>Whether a row of so many strips survives for the 8 classes around one.</summary>
    public readonly bool AnyRow(int block, int v, int strips) =>
        new ReadOnlySpan<ushort>(_rows + (Group(block, v) * _strips), strips).ContainsAnyExcept((ushort)0);

    private readonly long Group(int block, int v) => ((long)block % _blocks * ClassGroups) + (v / Together);
}
