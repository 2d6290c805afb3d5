using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: DisableRuntimeMarshalling]

namespace OutputGrad.Mpi.Binding;

/// <summary>
/// MPI's C functions, as its standard defines them. All handles are of a pointer's size here: what is a number of 32 bits to MPICH travels
/// in the lower half of a register, and comes back in the lower half of a slot that was zero, on little-endian machines.
/// </summary>
internal static unsafe partial class MpiNative
{
    private const string Library = "mpi";

    static MpiNative() => NativeLibrary.SetDllImportResolver(
        typeof(MpiNative).Assembly, static (name, _, _) => name == Library ? MpiLibrary.Loaded.Handle : 0);

    [LibraryImport(Library)]
    public static partial int MPI_Initialized(int* flag);

    [LibraryImport(Library)]
    public static partial int MPI_Finalized(int* flag);

    [LibraryImport(Library)]
    public static partial int MPI_Init_thread(int* count, byte*** arguments, int required, int* provided);

    [LibraryImport(Library)]
    public static partial int MPI_Query_thread(int* provided);

    [LibraryImport(Library)]
    public static partial int MPI_Finalize();

    [LibraryImport(Library)]
    public static partial int MPI_Abort(nint communicator, int code);

    [LibraryImport(Library)]
    public static partial int MPI_Error_string(int code, byte* text, int* length);

    [LibraryImport(Library)]
    public static partial int MPI_Comm_set_errhandler(nint communicator, nint handler);

    [LibraryImport(Library)]
    public static partial int MPI_Comm_rank(nint communicator, int* rank);

    [LibraryImport(Library)]
    public static partial int MPI_Comm_size(nint communicator, int* size);

    [LibraryImport(Library)]
    public static partial int MPI_Comm_dup(nint communicator, nint* result);

    [LibraryImport(Library)]
    public static partial int MPI_Comm_split(nint communicator, int color, int key, nint* result);

    [LibraryImport(Library)]
    public static partial int MPI_Comm_free(nint* communicator);

    [LibraryImport(Library)]
    public static partial int MPI_Barrier(nint communicator);

    [LibraryImport(Library)]
    public static partial int MPI_Bcast(void* buffer, int count, nint type, int root, nint communicator);

    [LibraryImport(Library)]
    public static partial int MPI_Allgather(
        void* send, int sendCount, nint sendType, void* receive, int receiveCount, nint receiveType, nint communicator);

    [LibraryImport(Library)]
    public static partial int MPI_Allgatherv(
        void* send, int sendCount, nint sendType, void* receive, int* receiveCounts, int* starts, nint receiveType, nint communicator);

    [LibraryImport(Library)]
    public static partial int MPI_Alltoallv(
        void* send,
        int* sendCounts,
        int* sendStarts,
        nint sendType,
        void* receive,
        int* receiveCounts,
        int* receiveStarts,
        nint receiveType,
        nint communicator);
}
