using System.Numerics;
using OutputGrad.Engine.Loss;

namespace OutputGrad.Engine.Strips;

/// <summary>
/// The classes of a row that stand first, in the memory of the caller's results: a heap whose root is the last of them, until it is sorted.
/// </summary>
/// <remarks>
/// No two classes are equal in the <see cref="ClassOrder"/>, so that the list of the first does not depend on the order in which they come.
/// </remarks>
internal readonly unsafe struct TopList<T>(int* classes, T* logits, int capacity)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>What stands last in a list that is not empty.</summary>
    public (T Logit, int Class) Last => (logits[0], classes[0]);

    /// <summary>Takes a class in where it stands before one of those that are there, or where there is room.</summary>
    /// <param name="item">The class and its logit.</param>
    /// <param name="count">How many there are.</param>
    public void Offer((T Logit, int Class) item, ref int count)
    {
        if (count < capacity)
        {
            int at = count++;
            for (; at > 0 && ClassOrder.IsBefore(this[(at - 1) / 2], item); at = (at - 1) / 2)
            {
                this[at] = this[(at - 1) / 2];
            }

            this[at] = item;
        }
        else if (ClassOrder.IsBefore(item, Last))
        {
            SiftDown(item, count);
        }
    }

    /// <summary>Brings the list into its order, what stands first first.</summary>
    public void Sort(int count)
    {
        for (int left = count - 1; left > 0; left--)
        {
            (T Logit, int Class) moved = this[left];
            this[left] = Last;
            SiftDown(moved, left);
        }
    }

    private (T Logit, int Class) this[int index]
    {
        get => (logits[index], classes[index]);
        set => (logits[index], classes[index]) = value;
    }

    /// <summary>Puts an item in the root's place and moves it down to where it belongs.</summary>
    private void SiftDown((T Logit, int Class) item, int count)
    {
        int at = 0;
        for (int child = 1; child < count; child = (2 * at) + 1)
        {
            if (child + 1 < count && ClassOrder.IsBefore(this[child], this[child + 1]))
            {
                child++;
            }

            if (!ClassOrder.IsBefore(item, this[child]))
            {
                break;
            }

            this[at] = this[child];
            at = child;
        }

        this[at] = item;
    }
}
