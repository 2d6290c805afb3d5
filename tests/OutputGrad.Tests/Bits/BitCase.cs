using System.Numerics;

namespace OutputGrad.Tests.Bits;

/// <summary>A call whose results must have the same bits however it is made.</summary>
internal abstract record BitCase
{
    public abstract string Name { get; }

    /// <summary>How many multiply-adds or logits: what repeating the case costs.</summary>
    public abstract long Size { get; }

    /// <summary>How many threads share the work if so many may.</summary>
    public abstract int Threads<T>(int most)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    /// <summary>
    /// Makes the inputs; then each run of the case, with every span so many elements into its array, gives a hash of all outputs.
    /// </summary>
    public abstract BitRun Prepare<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T>;

    protected ulong Seed
    {
        get
        {
            ulong seed = 0;
            foreach (char letter in Name)
            {
                seed = (seed * 31) + letter;
            }

            return seed;
        }
    }
}

/// <param name="offset">Where spans begin: the first that many elements into its array, the others at other offsets below 17; all at 0 for
/// 0.</param>
/// <param name="threads">The degree of parallelism.</param>
internal delegate ulong BitRun(int offset, int threads);

/// <summary>Memory at an offset of its own, so that no two spans of a call are aligned alike.</summary>
internal sealed class Offsets(int offset)
{
    private int _spans;

    public Memory<T> Place<T>(T[] values)
    {
        int start = offset * ++_spans % 17;
        T[] array = new T[start + values.Length];
        values.CopyTo(array, start);
        return array.AsMemory(start);
    }

    public Memory<T> Place<T>(int length) => Place(new T[length]);
}
