using System.Runtime.CompilerServices;
using OutputGrad.Engine.Simd;

namespace OutputGrad.Engine.Tile;

/// <summary>
/// The product of the whole engine, in registers: C[i, j..] = sum over k of a(i, k) B[k, j..].
/// </summary>
/// <remarks>
/// <code>
/// for each depth k                            a broadcast from memory for each of 8 (4) rows,
///     load one row of B: 1 to 3 vectors       one fused multiply-add for each of 8 x 3 (4 x 3) accumulators
///     for each row i: c(i) += a(i, k) * B
/// </code>
/// Every element of C is one chain of fused multiply-adds over k in order. Vectors run along j only, so that neither their width nor the
/// tile's shape can change a bit. The accumulators are named locals because an array would live in memory. 24 + 3 of the 32 registers of
/// AVX-512 and Arm, 12 + 3 of AVX2's 16. Measured on a Zen 4 core with 116 GFLOP/s of peak: 8 x 3 116, 8 x 2 116, 8 x 1 84; 4 x 3 of 256
/// bits 116.
/// </remarks>
internal static unsafe class RegisterTile<TSimd, TVector, T>
    where TSimd : ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged
{
    /// <summary>How many rows of three vectors the registers hold beside what is multiplied: 8 of 32, 4 of 16.</summary>
    public static int Height => TSimd.Registers == 32 ? 8 : 4;

    /// <summary>
    /// How many rows a tile of so many vectors has at most: of one vector always 8, since registers suffice and 4 sums would wait for
    /// themselves.
    /// </summary>
    public static int HeightOf(int vectors) => vectors == 1 ? Blocking.TileHeight : Height;

    /// <summary>With a number of a for all lanes, over all depths or those that are listed.</summary>
    /// <inheritdoc cref="Multiply{TFactor, TDepths, TStored}"/>
    public static void Multiply(in TileOperands<T> operands, int rows, int vectors)
    {
        if (operands.Depths == null)
        {
            Multiply<BroadcastFactor<TSimd, TVector, T>, EveryDepth<T>, T>(operands, rows, vectors);
        }
        else
        {
            Multiply<BroadcastFactor<TSimd, TVector, T>, ListedDepths<T>, T>(operands, rows, vectors);
        }
    }

    /// <summary>C[i, j..] = sum over k of a(i, k) B[k, j..], or that added to C.</summary>
    /// <typeparam name="TFactor">
    /// How a is read: a number for all lanes, or one for each of them, c[i, j..] = sum over k of a(i, k..) B[k, j..].
    /// </typeparam>
    /// <typeparam name="TDepths">Which depths are summed over.</typeparam>
    /// <typeparam name="TStored">How the numbers of a are stored.</typeparam>
    /// <param name="operands">What is multiplied.</param>
    /// <param name="rows">The tile's rows, 1 to <see cref="HeightOf"/> its vectors.</param>
    /// <param name="vectors">Its width, 1 to 3 vectors.</param>
    public static void Multiply<TFactor, TDepths, TStored>(in TileOperands<T> operands, int rows, int vectors)
        where TFactor : ITileFactor<TVector, TStored>
        where TDepths : ITileDepths<T>
        where TStored : unmanaged =>
        MultiplyVectors<WholeVector<TSimd, TVector, T>, TFactor, TDepths, TStored>(operands, rows, vectors);

    /// <summary>With a last vector whose upper half is not there: the result has zeros in its place, or what it had.</summary>
    public static void MultiplyToHalf(in TileOperands<T> operands, int rows, int vectors) =>
        MultiplyVectors<LowerHalf<TSimd, TVector, T>, BroadcastFactor<TSimd, TVector, T>, EveryDepth<T>, T>(operands, rows, vectors);

    private static void MultiplyVectors<TLast, TFactor, TDepths, TStored>(in TileOperands<T> operands, int rows, int vectors)
        where TLast : ILastVector<TSimd, TVector, T>
        where TFactor : ITileFactor<TVector, TStored>
        where TDepths : ITileDepths<T>
        where TStored : unmanaged
    {
        switch (vectors)
        {
            case 1:
                Multiply<TileRow1<TSimd, TVector, T, TLast>, TFactor, TDepths, TStored>(operands, rows);
                break;
            case 2:
                Multiply<TileRow2<TSimd, TVector, T, TLast>, TFactor, TDepths, TStored>(operands, rows);
                break;
            default:
                Multiply<TileRow3<TSimd, TVector, T, TLast>, TFactor, TDepths, TStored>(operands, rows);
                break;
        }
    }

    private static void Multiply<TRow, TFactor, TDepths, TStored>(in TileOperands<T> operands, int rows)
        where TRow : unmanaged, ITileRow<TRow, TVector, T>
        where TFactor : ITileFactor<TVector, TStored>
        where TDepths : ITileDepths<T>
        where TStored : unmanaged
    {
        switch (rows)
        {
            case 1:
                Multiply<TileRows1, TRow, TFactor, TDepths, TStored>(operands);
                break;
            case 2:
                Multiply<TileRows2, TRow, TFactor, TDepths, TStored>(operands);
                break;
            case 3:
                Multiply<TileRows3, TRow, TFactor, TDepths, TStored>(operands);
                break;
            case 4:
                Multiply<TileRows4, TRow, TFactor, TDepths, TStored>(operands);
                break;
            case 5:
                Multiply<TileRows5, TRow, TFactor, TDepths, TStored>(operands);
                break;
            case 6:
                Multiply<TileRows6, TRow, TFactor, TDepths, TStored>(operands);
                break;
            case 7:
                Multiply<TileRows7, TRow, TFactor, TDepths, TStored>(operands);
                break;
            default:
                Multiply<TileRows8, TRow, TFactor, TDepths, TStored>(operands);
                break;
        }
    }

    /// <summary>The compiler leaves out the rows that the tile does not have, and with them their registers.</summary>
    [MethodImpl(MethodImplOptions.NoInlining | MethodImplOptions.AggressiveOptimization)]
    private static void Multiply<TRows, TRow, TFactor, TDepths, TStored>(in TileOperands<T> operands)
        where TRows : unmanaged
        where TRow : unmanaged, ITileRow<TRow, TVector, T>
        where TFactor : ITileFactor<TVector, TStored>
        where TDepths : ITileDepths<T>
        where TStored : unmanaged
    {
        TRow c0 = default, c1 = default, c2 = default, c3 = default, c4 = default, c5 = default, c6 = default, c7 = default;
        nint row = operands.ARow;
        nint row3 = 3 * row;
        nint depth = operands.ADepth;
        nint bDepth = operands.BDepth;
        T* b = operands.B;
        TStored* run = (TStored*)operands.A;
        for (int i = 0, left = operands.DepthCount; left > 0; i++, left -= operands.RunLength)
        {
            TDepths.StartRun(operands, i, ref run, ref b);
            TStored* upper = run;
            TStored* lower = run + (4 * row);
            for (int k = Math.Min(left, operands.RunLength); k > 0; k--)
            {
                TRow vectors = TRow.Load(b);
                TRow.MultiplyAdd(TFactor.Load(upper), vectors, ref c0);
                if (sizeof(TRows) > 1)
                {
                    TRow.MultiplyAdd(TFactor.Load(upper + row), vectors, ref c1);
                }

                if (sizeof(TRows) > 2)
                {
                    TRow.MultiplyAdd(TFactor.Load(upper + (2 * row)), vectors, ref c2);
                }

                if (sizeof(TRows) > 3)
                {
                    TRow.MultiplyAdd(TFactor.Load(upper + row3), vectors, ref c3);
                }

                if (sizeof(TRows) > 4)
                {
                    TRow.MultiplyAdd(TFactor.Load(lower), vectors, ref c4);
                }

                if (sizeof(TRows) > 5)
                {
                    TRow.MultiplyAdd(TFactor.Load(lower + row), vectors, ref c5);
                }

                if (sizeof(TRows) > 6)
                {
                    TRow.MultiplyAdd(TFactor.Load(lower + (2 * row)), vectors, ref c6);
                }

                if (sizeof(TRows) > 7)
                {
                    TRow.MultiplyAdd(TFactor.Load(lower + row3), vectors, ref c7);
                }

                upper += depth;
                lower += depth;
                b += bDepth;
            }

            run += operands.ARun;
        }

        T* c = operands.C;
        Write(operands, c0, c);
        if (sizeof(TRows) > 1)
        {
            Write(operands, c1, c += operands.CRow);
        }

        if (sizeof(TRows) > 2)
        {
            Write(operands, c2, c += operands.CRow);
        }

        if (sizeof(TRows) > 3)
        {
            Write(operands, c3, c += operands.CRow);
        }

        if (sizeof(TRows) > 4)
        {
            Write(operands, c4, c += operands.CRow);
        }

        if (sizeof(TRows) > 5)
        {
            Write(operands, c5, c += operands.CRow);
        }

        if (sizeof(TRows) > 6)
        {
            Write(operands, c6, c += operands.CRow);
        }

        if (sizeof(TRows) > 7)
        {
            Write(operands, c7, c += operands.CRow);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Write<TRow>(in TileOperands<T> operands, TRow row, T* c)
        where TRow : unmanaged, ITileRow<TRow, TVector, T>
    {
        if (operands.Result == TileResult.Adds)
        {
            TRow.Add(row, c, operands.CSecond, operands.CThird);
        }
        else
        {
            TRow.Store(row, c, operands.CSecond, operands.CThird);
        }
    }
}
