using System.Diagnostics;
using System.Numerics;
using System.Runtime.CompilerServices;
using OutputGrad.Mpi.Binding;
using OutputGrad.Mpi.Exchange;

namespace OutputGrad.Mpi;

/// <summary>Some of the ranks of a program, numbered from 0, which exchange numbers with each other.</summary>
/// <remarks>
/// All ranks of a communicator make the same calls in the same order, and each waits for the others. Before an exchange whose size depends
/// on the caller, the ranks compare what they bring: where they disagree, all of them throw. What nothing can notice is a rank that makes
/// another kind of call, or none, without an exception: the others wait for it.
/// </remarks>
public sealed unsafe class MpiCommunicator : IDisposable
{
    private readonly MpiSession _session;
    private nint _handle;

    internal MpiCommunicator(MpiSession session, nint handle)
    {
        _session = session;
        _handle = handle;
        int rank, size;
        MpiErrors.Check(
            MpiNative.MPI_Comm_set_errhandler(handle, Handles.ErrorsReturn), nameof(MpiNative.MPI_Comm_set_errhandler));
        MpiErrors.Check(MpiNative.MPI_Comm_rank(handle, &rank), nameof(MpiNative.MPI_Comm_rank));
        MpiErrors.Check(MpiNative.MPI_Comm_size(handle, &size), nameof(MpiNative.MPI_Comm_size));
        Rank = rank;
        Size = size;
    }

    /// <summary>The number of this process among those of the communicator, from 0 on.</summary>
    public int Rank { get; }

    /// <summary>How many processes the communicator has.</summary>
    public int Size { get; }

    /// <summary>What has been exchanged by this communicator so far.</summary>
    public MpiTraffic Traffic { get; private set; }

    private static MpiHandles Handles => MpiLibrary.Loaded.Handles;

    /// <summary>Cuts the ranks into groups, each with a communicator of its own.</summary>
    /// <param name="color">Ranks with the same color come into the same group. Not negative.</param>
    /// <param name="key">The order in the group: by key, and by rank where keys are equal.</param>
    /// <returns>The group of this rank. It lives until <see cref="MpiProgram.Run(Action{MpiCommunicator})"/> is over.</returns>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="color"/> is negative.</exception>
    /// <inheritdoc cref="Barrier" path="/exception"/>
    public MpiCommunicator Split(int color, int key = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(color);
        nint group = 0;
        using (Begin(bytesSent: 2L * sizeof(int) * (Size - 1)))
        {
            MpiErrors.Check(MpiNative.MPI_Comm_split(_handle, color, key, &group), nameof(MpiNative.MPI_Comm_split));
        }

        return new(_session, group);
    }

    /// <summary>Waits until all ranks have come here.</summary>
    /// <exception cref="ObjectDisposedException">The communicator was disposed of.</exception>
    /// <exception cref="InvalidOperationException">MPI has been ended, or another thread is in a call of MPI.</exception>
    /// <exception cref="MpiException">MPI failed; the message has its text.</exception>
    public void Barrier()
    {
        using (Begin(bytesSent: 0))
        {
            MpiErrors.Check(MpiNative.MPI_Barrier(_handle), nameof(MpiNative.MPI_Barrier));
        }
    }

    /// <summary>Gives one rank's values to all.</summary>
    /// <typeparam name="T">A type without references.</typeparam>
    /// <param name="values">The values of <paramref name="root"/>; of all other ranks where they go. As many in all ranks.</param>
    /// <param name="root">The rank that has the values.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="root"/> is no rank.</exception>
    /// <exception cref="ArgumentException">
    /// The ranks disagree on length or root; the message says which do. Nothing has been written.
    /// </exception>
    /// <inheritdoc cref="Barrier" path="/exception"/>
    public void Broadcast<T>(Span<T> values, int root = 0)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegative(root);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(root, Size);
        CollectiveFacts.Agree(this, new(Collective.Broadcast, Unsafe.SizeOf<T>(), values.Length, root));
        int most = Slices.MostBytes / sizeof(T);
        while (!values.IsEmpty)
        {
            Span<T> part = values[..Math.Min(most, values.Length)];
            int bytes = part.Length * sizeof(T);
            fixed (T* start = part)
            {
                using (Begin(Rank == root ? (long)bytes * (Size - 1) : 0))
                {
                    MpiErrors.Check(MpiNative.MPI_Bcast(start, bytes, Handles.Byte, root, _handle), nameof(MpiNative.MPI_Bcast));
                }
            }

            values = values[part.Length..];
        }
    }

    /// <summary>Gives the values of all ranks to all, in the order of the ranks.</summary>
    /// <typeparam name="T">A type without references.</typeparam>
    /// <param name="mine">This rank's values. As many in all ranks.</param>
    /// <param name="all">Receives the values of rank 0, those of rank 1, and so on. May not overlap <paramref name="mine"/>.</param>
    /// <exception cref="ArgumentException">
    /// <paramref name="all"/> has not <see cref="Size"/> times as many elements, or overlaps, or the ranks disagree on the length; the
    /// message says which do. Nothing has been written.
    /// </exception>
    /// <inheritdoc cref="Barrier" path="/exception"/>
    public void AllGather<T>(ReadOnlySpan<T> mine, Span<T> all)
        where T : unmanaged
    {
        if (all.Length != (long)mine.Length * Size)
        {
            throw new ArgumentException(
                $"all has {all.Length} elements; {Size} ranks with {mine.Length} each = {(long)mine.Length * Size} are expected.",
                nameof(all));
        }

        if ((long)mine.Length * sizeof(T) > Slices.MostBytes || all.Overlaps(mine))
        {
            throw new ArgumentException(
                $"mine has {mine.Length} elements of {sizeof(T)} bytes: at most {Slices.MostBytes} bytes, which do not overlap all, can be "
                + "gathered at a time.",
                nameof(mine));
        }

        CollectiveFacts.Agree(this, new(Collective.AllGather, Unsafe.SizeOf<T>(), mine.Length, Root: 0));
        GatherAll(mine, all);
    }

    /// <summary>Adds up the values of all ranks, element by element, in the order of the ranks.</summary>
    /// <typeparam name="T"><see cref="float"/> or <see cref="double"/>.</typeparam>
    /// <param name="values">This rank's values; receives the sums. As many in all ranks.</param>
    /// <remarks>
    /// The sums have the same bits in all ranks, and under every MPI: rank 0's value plus rank 1's, plus rank 2's, and so on, each time
    /// rounded to T. (MPI's own sums are in an order that depends on the MPI, the network and the length.) Every rank adds up a slice of
    /// the elements.
    /// </remarks>
    /// <exception cref="ArgumentException">
    /// The ranks disagree on the length; the message says which do. Nothing has been written.
    /// </exception>
    /// <exception cref="NotSupportedException">T is neither float nor double.</exception>
    /// <inheritdoc cref="Barrier" path="/exception"/>
    public void Sum<T>(Span<T> values)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        if (typeof(T) != typeof(float) && typeof(T) != typeof(double))
        {
            throw new NotSupportedException($"The element type {typeof(T)} is not supported; float and double are.");
        }

        CollectiveFacts.Agree(this, new(Collective.Sum, Unsafe.SizeOf<T>(), values.Length, Root: 0));
        RankOrderSum.Sum(this, values);
    }

    /// <summary>
    /// Gives up the communicator; all its ranks do. What is not disposed of ends with MPI. <see cref="MpiProgram"/> disposes of the one of
    /// all ranks.
    /// </summary>
    public void Dispose()
    {
        if (_handle != 0 && !_session.IsEnded)
        {
            nint handle = _handle;
            _handle = 0;
            _ = MpiNative.MPI_Comm_free(&handle);
        }
    }

    /// <summary><see cref="AllGather"/> of lengths that are agreed upon.</summary>
    internal void GatherAll<T>(ReadOnlySpan<T> mine, Span<T> all)
        where T : unmanaged
    {
        int bytes = mine.Length * sizeof(T);
        fixed (T* from = mine, to = all)
        {
            using (Begin((long)bytes * (Size - 1)))
            {
                MpiErrors.Check(
                    MpiNative.MPI_Allgather(from, bytes, Handles.Byte, to, bytes, Handles.Byte, _handle), nameof(MpiNative.MPI_Allgather));
            }
        }
    }

    /// <summary>Gives every rank its slice of what each rank has, in the order of the ranks.</summary>
    internal void Scatter<T>(ReadOnlySpan<T> all, in Slices slices, Span<T> parts)
        where T : unmanaged
    {
        Debug.Assert(parts.Length == slices.Length(Rank) * Size, "A slice of every rank.");
        int[] own = new int[Size], starts = new int[Size];
        for (int rank = 0; rank < Size; rank++)
        {
            own[rank] = slices.Bytes[Rank];
            starts[rank] = slices.Bytes[Rank] * rank;
        }

        fixed (T* from = all, to = parts)
        fixed (int* bytes = slices.Bytes, sliceStarts = slices.Starts, ownBytes = own, ownStarts = starts)
        {
            using (Begin(((long)all.Length * sizeof(T)) - slices.Bytes[Rank]))
            {
                MpiErrors.Check(
                    MpiNative.MPI_Alltoallv(
                        from, bytes, sliceStarts, Handles.Byte, to, ownBytes, ownStarts, Handles.Byte, _handle),
                    nameof(MpiNative.MPI_Alltoallv));
            }
        }
    }

    /// <summary>Gives all ranks every rank's slice.</summary>
    internal void Gather<T>(ReadOnlySpan<T> own, in Slices slices, Span<T> all)
        where T : unmanaged
    {
        Debug.Assert(own.Length == slices.Length(Rank), "This rank's slice.");
        fixed (T* from = own, to = all)
        fixed (int* bytes = slices.Bytes, starts = slices.Starts)
        {
            using (Begin((long)slices.Bytes[Rank] * (Size - 1)))
            {
                MpiErrors.Check(
                    MpiNative.MPI_Allgatherv(from, slices.Bytes[Rank], Handles.Byte, to, bytes, starts, Handles.Byte, _handle),
                    nameof(MpiNative.MPI_Allgatherv));
            }
        }
    }

    private Turn Begin(long bytesSent)
    {
        ObjectDisposedException.ThrowIf(_handle == 0, this);
        _session.Enter();
        return new(this, bytesSent);
    }

    /// <summary>The time in which this thread is the one that calls MPI.</summary>
    private readonly ref struct Turn(MpiCommunicator communicator, long bytesSent)
    {
        private readonly long _start = Stopwatch.GetTimestamp();

        public void Dispose()
        {
            communicator._session.Leave();
            communicator.Traffic += new MpiTraffic(1, bytesSent, Stopwatch.GetElapsedTime(_start));
        }
    }
}
