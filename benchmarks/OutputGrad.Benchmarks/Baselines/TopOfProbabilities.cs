using System.Numerics;
using OutputGrad.Benchmarks.Problems;

namespace OutputGrad.Benchmarks.Baselines;

/// <summary>The most likely classes of each row from all of the library's probabilities, which are held in memory for it.</summary>
internal sealed class TopOfProbabilities<T>(ForwardLayer<T> layer, int count)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly T[] _probabilities = new T[(long)layer.Shape.Rows * layer.Shape.Classes];
    private readonly int[] _classes = new int[layer.Shape.Classes];

    /// <summary>rows x count.</summary>
    public int[] Classes { get; } = new int[layer.Shape.Rows * count];

    /// <summary>rows x count.</summary>
    public T[] LogProbabilities { get; } = new T[layer.Shape.Rows * count];

    /// <summary>Sorts a row's probabilities and takes the last of them.</summary>
    public void BySort(CrossEntropyOptions options)
    {
        layer.Probabilities(_probabilities, options);
        int classes = layer.Shape.Classes;
        for (int row = 0; row < layer.Shape.Rows; row++)
        {
            Span<T> p = _probabilities.AsSpan(row * classes, classes);
            for (int c = 0; c < classes; c++)
            {
                _classes[c] = c;
            }

            p.Sort(_classes.AsSpan());
            for (int i = 0; i < count; i++)
            {
                Take(row, i, _classes[classes - 1 - i], p[classes - 1 - i]);
            }
        }
    }

    /// <summary>Looks at each probability of a row and keeps the largest in a priority queue.</summary>
    public void ByQueue(CrossEntropyOptions options)
    {
        layer.Probabilities(_probabilities, options);
        int classes = layer.Shape.Classes;
        PriorityQueue<int, T> largest = new(count + 1);
        for (int row = 0; row < layer.Shape.Rows; row++)
        {
            ReadOnlySpan<T> p = _probabilities.AsSpan(row * classes, classes);
            T least = T.NegativeInfinity;
            for (int c = 0; c < classes; c++)
            {
                if (largest.Count < count)
                {
                    largest.Enqueue(c, p[c]);
                }
                else if (p[c] > least)
                {
                    largest.EnqueueDequeue(c, p[c]);
                }
                else
                {
                    continue;
                }

                least = largest.Count < count ? least : p[largest.Peek()];
            }

            for (int i = count - 1; i >= 0; i--)
            {
                int c = largest.Dequeue();
                Take(row, i, c, p[c]);
            }
        }
    }

    private void Take(int row, int place, int c, T probability)
    {
        Classes[row * count + place] = c;
        LogProbabilities[row * count + place] = T.Log(probability);
    }
}
