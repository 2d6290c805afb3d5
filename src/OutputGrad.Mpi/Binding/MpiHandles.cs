using System.Runtime.InteropServices;

namespace OutputGrad.Mpi.Binding;

/// <summary>
/// By what an MPI knows its predefined objects. Of all that is called here, MPIs differ in this alone: Open MPI takes addresses of its
/// variables, MPICH and its kin numbers of 32 bits, the standard ABI small numbers.
/// </summary>
/// <param name="Kind">What the messages call it.</param>
/// <param name="World">MPI_COMM_WORLD.</param>
/// <param name="Byte">MPI_BYTE: all that is exchanged are bytes.</param>
/// <param name="ErrorsReturn">MPI_ERRORS_RETURN: errors come back as codes instead of ending the program.</param>
/// <param name="Serialized">MPI_THREAD_SERIALIZED: any thread may call, one at a time.</param>
internal sealed record MpiHandles(string Kind, nint World, nint Byte, nint ErrorsReturn, int Serialized)
{
    /// <summary>The ABI of the MPI-5.0 standard: numbers of its mpi.h.</summary>
    public static MpiHandles Standard { get; } = new("the MPI-5.0 standard ABI", 0x101, 0x247, 0x143, 2048);

    /// <summary>MPICH, Intel MPI, MVAPICH, Cray MPICH and Microsoft MPI: numbers of their mpi.h.</summary>
    public static MpiHandles Mpich { get; } = new("MPICH", 0x44000000, 0x4c00010d, 0x54000001, 2);

    /// <summary>Open MPI: addresses in the loaded library.</summary>
    public static MpiHandles OpenMpi(nint library) => new(
        "Open MPI",
        NativeLibrary.GetExport(library, "ompi_mpi_comm_world"),
        NativeLibrary.GetExport(library, "ompi_mpi_byte"),
        NativeLibrary.GetExport(library, "ompi_mpi_errors_return"),
        2);
}
