using System.Numerics;

namespace OutputGrad.Engine;

/// <summary>The <see cref="RowFactors"/> of a strip's rows, one lane each, 0 in padding.</summary>
internal readonly unsafe struct StripFactors<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T* _start;

    /// <param name="room">Room for <see cref="Elements"/>.</param>
    /// <param name="chunk">Where the rows are.</param>
    /// <param name="strip">Which of them.</param>
    /// <param name="factorsOf">Which factors of a row are meant.</param>
    public StripFactors(T* room, in Chunk<T> chunk, int strip, delegate*<in RowState, RowFactors> factorsOf)
    {
        _start = room;
        new Span<T>(room, Elements).Clear();
        for (int lane = 0; lane < chunk.LiveRows(strip); lane++)
        {
            RowFactors factors = factorsOf(chunk.RowsOf(strip)[lane]);
            Exponential[lane] = T.CreateTruncating(factors.Exponential);
            TargetWeight[lane] = T.CreateTruncating(factors.TargetWeight);
            AtTarget[lane] = T.CreateTruncating(factors.AtTarget);
        }
    }

    public static int Elements => 3 * Chunk<T>.Lanes;

    public T* Exponential => _start;

    public T* TargetWeight => _start + Chunk<T>.Lanes;

    public T* AtTarget => _start + (2 * Chunk<T>.Lanes);
}
