using System.Numerics;
using System.Numerics.Tensors;
using OutputGrad.Engine.Work;

namespace OutputGrad.Training.Minimization;

/// <summary>What is computed with vectors of one number per parameter: inner products and sums, on as many threads as pay.</summary>
/// <remarks>
/// Elementwise operations round once for each element, and the <see cref="InnerProduct"/>s of blocks are added in order. So neither the
/// threads nor the width of the hardware's vectors change a bit.
/// </remarks>
/// <param name="length">The number of parameters.</param>
/// <param name="maxDegreeOfParallelism">The most threads; -1 for one per processor.</param>
internal sealed unsafe class ParameterVectors<T>(int length, int maxDegreeOfParallelism)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>What a worker takes at a time.</summary>
    private const int Block = 1 << 14;

    /// <summary>Some 100 microseconds of work.</summary>
    private const double ParametersPerThread = 1 << 19;

    private readonly int _workers = Workers.HowMany(length / ParametersPerThread, maxDegreeOfParallelism);
    private readonly double[] _blockSums = new double[(int)(((long)length + Block - 1) / Block)];

    /// <summary>The inner product of the first elements of two vectors.</summary>
    public double Dot(T[] x, T[] y, int count)
    {
        fixed (double* sums = _blockSums)
        {
            Run(new() { Sums = sums }, x, y, y, count, &DotBlock);
            double total = 0;
            for (int i = 0; i * (long)Block < count; i++)
            {
                total += sums[i];
            }

            return total;
        }
    }

    /// <summary>The inner product of two vectors.</summary>
    public double Dot(T[] x, T[] y) => Dot(x, y, length);

    /// <summary>result = x + scale y, of the first elements.</summary>
    public void Add(T[] x, double scale, T[] y, T[] result, int count) =>
        Run(new() { Scale = T.CreateTruncating(scale) }, x, y, result, count, &AddBlock);

    /// <summary>result = x + scale y.</summary>
    public void Add(T[] x, double scale, T[] y, T[] result) => Add(x, scale, y, result, length);

    /// <summary>result = x - y.</summary>
    public void Subtract(T[] x, T[] y, T[] result) => Run(default, x, y, result, length, &SubtractBlock);

    /// <summary>result = scale x.</summary>
    public void Multiply(T[] x, double scale, T[] result) =>
        Run(new() { Scale = T.CreateTruncating(scale) }, x, x, result, length, &MultiplyBlock);

    private void Run(Operands operands, T[] x, T[] y, T[] result, int count, delegate*<Operands*, int, int, void> block)
    {
        using Phases phases = new(_workers);
        fixed (T* px = x, py = y, pr = result)
        {
            operands.X = px;
            operands.Y = py;
            operands.Result = pr;
            operands.Count = count;
            phases.Run(&operands, (int)(((long)count + Block - 1) / Block), block);
        }
    }

    private static void AddBlock(Operands* operands, int block, int worker) =>
        TensorPrimitives.FusedMultiplyAdd(operands->BlockOf(operands->Y, block), operands->Scale, operands->BlockOf(operands->X, block),
            operands->BlockOf(operands->Result, block));

    private static void SubtractBlock(Operands* operands, int block, int worker) =>
        TensorPrimitives.Subtract<T>(
            operands->BlockOf(operands->X, block), operands->BlockOf(operands->Y, block), operands->BlockOf(operands->Result, block));

    private static void MultiplyBlock(Operands* operands, int block, int worker) =>
        TensorPrimitives.Multiply(operands->BlockOf(operands->X, block), operands->Scale, operands->BlockOf(operands->Result, block));

    private static void DotBlock(Operands* operands, int block, int worker) => operands->Sums[block] =
        InnerProduct.Of<T>(operands->BlockOf(operands->X, block), operands->BlockOf(operands->Y, block));

    private struct Operands
    {
        public T* X { get; set; }

        public T* Y { get; set; }

        public T* Result { get; set; }

        public double* Sums { get; init; }

        public T Scale { get; init; }

        public int Count { get; set; }

        public readonly Span<T> BlockOf(T* vector, int block) =>
            new(vector + ((long)block * Block), (int)Math.Min(Block, Count - ((long)block * Block)));
    }
}
