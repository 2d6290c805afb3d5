using System.Numerics;
using OutputGrad.Engine.Arguments;

namespace OutputGrad;

/// <summary>Rows of hidden vectors, each with its target: a set of them, or some of a set's by <see cref="RowIndices"/>.</summary>
/// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>
/// Hidden vectors may be stored in 16 bits: see <see cref="FromHalf(ReadOnlySpan{Half}, ReadOnlySpan{int})"/> and
/// <see cref="FromBFloat16(ReadOnlySpan{ushort}, ReadOnlySpan{int})"/>. They are widened exactly as they are read, so that every result has
/// the very bits of the same call on the widened vectors. All else, results and gradients too, is in <typeparamref name="T"/>.
/// </remarks>
public readonly ref struct LabeledBatch<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>A batch whose targets are class indices.</summary>
    /// <param name="hidden">The hidden vectors, row-major, rows x features.</param>
    /// <param name="targets">
    /// The true class of each row: 0 to classes - 1, or <see cref="CrossEntropyOptions.IgnoreIndex"/> for a row that does not count.
    /// </param>
    public LabeledBatch(ReadOnlySpan<T> hidden, ReadOnlySpan<int> targets)
        : this(new StoredSpan<T>(hidden), targets)
    {
    }

    /// <summary>A batch whose targets are distributions over the classes (soft targets).</summary>
    /// <param name="hidden">The hidden vectors, row-major, rows x features.</param>
    /// <param name="targetProbabilities">
    /// The target q of each row, row-major, rows x classes. A row need not sum to 1; it is taken as it is.
    /// </param>
    /// <param name="rows">The number of rows; checked against the lengths when the batch is used.</param>
    public LabeledBatch(ReadOnlySpan<T> hidden, ReadOnlySpan<T> targetProbabilities, int rows)
        : this(new StoredSpan<T>(hidden), targetProbabilities, rows)
    {
    }

    /// <summary>Hidden vectors alone.</summary>
    internal LabeledBatch(ReadOnlySpan<T> hidden, int rows)
    {
        StoredHidden = new(hidden);
        Rows = rows;
    }

    private LabeledBatch(StoredSpan<T> hidden, ReadOnlySpan<int> targets)
    {
        StoredHidden = hidden;
        Targets = targets;
        Rows = targets.Length;
    }

    private LabeledBatch(StoredSpan<T> hidden, ReadOnlySpan<T> targetProbabilities, int rows)
    {
        StoredHidden = hidden;
        TargetProbabilities = targetProbabilities;
        Rows = rows;
        HasSoftTargets = true;
    }

    /// <summary>The hidden vectors, row-major, rows x features; empty where they are of 16 bits.</summary>
    public ReadOnlySpan<T> Hidden => StoredHidden.Full;

    /// <summary>The hidden vectors of a batch from <c>FromHalf</c>; empty in any other.</summary>
    public ReadOnlySpan<Half> HalfHidden => StoredHidden.Half;

    /// <summary>The bits of the hidden vectors of a batch from <c>FromBFloat16</c>; empty in any other.</summary>
    public ReadOnlySpan<ushort> BFloat16Hidden => StoredHidden.BFloat16;

    /// <summary>The true class of each row; empty with soft targets.</summary>
    public ReadOnlySpan<int> Targets { get; }

    /// <summary>The target distribution of each row, row-major, rows x classes; empty with class indices.</summary>
    public ReadOnlySpan<T> TargetProbabilities { get; }

    /// <summary>
    /// The number of rows that hidden vectors and targets have. Those that a call computes are as many, or one for each of
    /// <see cref="RowIndices"/>.
    /// </summary>
    public int Rows { get; }

    /// <summary>
    /// Whether the targets are distributions (<see cref="TargetProbabilities"/>) and not class indices (<see cref="Targets"/>).
    /// </summary>
    public bool HasSoftTargets { get; }

    /// <summary>
    /// A weight per row, or empty for 1 each: it multiplies the row's loss and gradient. With <see cref="Reduction.Sum"/> it is the
    /// upstream gradient of the unreduced losses, so that the result is their vector-Jacobian product.
    /// </summary>
    public ReadOnlySpan<T> RowWeights { get; init; }

    /// <summary>
    /// Makes the batch some rows of a larger set, in this order, where a row may come more than once: a shuffled mini-batch without a copy.
    /// Empty for every row in order; a batch of no rows is one of no hidden vectors and targets.
    /// </summary>
    /// <remarks>
    /// <para>
    /// Hidden vectors, targets and <see cref="RowWeights"/> are those of the set, <see cref="Rows"/> long, and so is the range of an index:
    /// 0 to <see cref="Rows"/> - 1. Results per row, states of shards and dL/dH have a row for each index, in their order. A row that comes
    /// twice counts twice, in the loss, the divisor and the gradients, and its dL/dH stands in two places, which are not added up. Rows
    /// that no index names are not read.
    /// </para>
    /// <para>All results have the same bits as those of the copied rows. No output may overlap the indices.</para>
    /// </remarks>
    public ReadOnlySpan<int> RowIndices { get; init; }

    /// <summary>The number of rows that a call computes.</summary>
    internal int SelectedRows => RowIndices.IsEmpty ? Rows : RowIndices.Length;

    /// <summary>The hidden vectors in whatever form they have.</summary>
    internal StoredSpan<T> StoredHidden { get; }

    /// <summary>A batch of class indices whose hidden vectors are of 16 bits, IEEE 754 half precision.</summary>
    /// <param name="hidden">The hidden vectors, row-major, rows x features.</param>
    /// <param name="targets">The true class of each row, or <see cref="CrossEntropyOptions.IgnoreIndex"/>.</param>
    /// <returns>The batch; nothing is copied.</returns>
    public static LabeledBatch<T> FromHalf(ReadOnlySpan<Half> hidden, ReadOnlySpan<int> targets) =>
        new(StoredSpan<T>.FromHalf(hidden), targets);

    /// <summary>A batch of soft targets whose hidden vectors are of 16 bits, IEEE 754 half precision.</summary>
    /// <param name="hidden">The hidden vectors, row-major, rows x features.</param>
    /// <param name="targetProbabilities">The target q of each row, row-major, rows x classes.</param>
    /// <param name="rows">The number of rows.</param>
    /// <returns>The batch; nothing is copied.</returns>
    public static LabeledBatch<T> FromHalf(ReadOnlySpan<Half> hidden, ReadOnlySpan<T> targetProbabilities, int rows) =>
        new(StoredSpan<T>.FromHalf(hidden), targetProbabilities, rows);

    /// <summary>A batch of class indices whose hidden vectors are of 16 bits, bfloat16.</summary>
    /// <param name="hidden">The bits of the hidden vectors, row-major, rows x features.</param>
    /// <param name="targets">The true class of each row, or <see cref="CrossEntropyOptions.IgnoreIndex"/>.</param>
    /// <returns>The batch; nothing is copied.</returns>
    public static LabeledBatch<T> FromBFloat16(ReadOnlySpan<ushort> hidden, ReadOnlySpan<int> targets) =>
        new(StoredSpan<T>.FromBFloat16(hidden), targets);

    /// <summary>A batch of soft targets whose hidden vectors are of 16 bits, bfloat16.</summary>
    /// <param name="hidden">The bits of the hidden vectors, row-major, rows x features.</param>
    /// <param name="targetProbabilities">The target q of each row, row-major, rows x classes.</param>
    /// <param name="rows">The number of rows.</param>
    /// <returns>The batch; nothing is copied.</returns>
    public static LabeledBatch<T> FromBFloat16(ReadOnlySpan<ushort> hidden, ReadOnlySpan<T> targetProbabilities, int rows) =>
        new(StoredSpan<T>.FromBFloat16(hidden), targetProbabilities, rows);
}
