using System.Numerics;

namespace OutputGrad.Benchmarks.Baselines;

/// <summary>The dials that matter most as one finds them first: look at every product, keep the largest in a priority queue.</summary>
internal static class DialQueue
{
    public static int TopDials<T>(ReadOnlySpan<T> residual, ReadOnlySpan<T> hidden, Span<Dial<T>> destination)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        PriorityQueue<Dial<T>, T> largest = new(destination.Length + 1);
        for (int i = 0; i < residual.Length; i++)
        {
            for (int j = 0; j < hidden.Length; j++)
            {
                T slope = residual[i] * hidden[j];
                T size = T.Abs(slope);
                if (largest.Count < destination.Length)
                {
                    largest.Enqueue(new Dial<T>(i, j, slope), size);
                }
                else if (largest.TryPeek(out _, out T smallest) && size > smallest)
                {
                    largest.EnqueueDequeue(new Dial<T>(i, j, slope), size);
                }
            }
        }

        int count = largest.Count;
        for (int i = count - 1; i >= 0; i--)
        {
            destination[i] = largest.Dequeue();
        }

        return count;
    }
}
