using System.Runtime.InteropServices;
using System.Text;

namespace OutputGrad.Mpi.Binding;

/// <summary>The native library, found and recognized once in a process.</summary>
internal sealed unsafe class MpiLibrary
{
    /// <summary>The environment variable that names a library, for an MPI in a place of its own.</summary>
    public const string Variable = "OUTPUTGRAD_MPI";

    private const int VersionBytes = 8192;

    private static readonly Lazy<MpiLibrary> Found = new(Find);

    private MpiLibrary(string name, nint handle, MpiHandles handles)
    {
        Name = name;
        Handle = handle;
        Handles = handles;
        Version = VersionOf(handle);
    }

    /// <exception cref="DllNotFoundException">There is none; the message says what to install.</exception>
    /// <exception cref="NotSupportedException">It is none that is known here.</exception>
    public static MpiLibrary Loaded => Found.Value;

    /// <summary>The name by which it was found.</summary>
    public string Name { get; }

    public nint Handle { get; }

    public MpiHandles Handles { get; }

    /// <summary>What the library says it is, its first line.</summary>
    public string Version { get; }

    private static MpiLibrary Find()
    {
        string[] candidates = Candidates();
        foreach (string name in candidates)
        {
            if (NativeLibrary.TryLoad(name, out nint handle) && NativeLibrary.TryGetExport(handle, "MPI_Get_library_version", out _))
            {
                return new(name, handle, Recognize(name, handle));
            }
        }

        throw new DllNotFoundException(
            $"No MPI was found; tried {string.Join(", ", candidates)}. Install one (Debian and Ubuntu: apt-get install openmpi-bin; "
            + $"Fedora: dnf install openmpi; macOS: brew install open-mpi), or set {Variable} to the path of its library. It must be the "
            + "MPI whose mpirun starts the program.");
    }

    /// <summary>The launcher's own first: another MPI's library would make each process a world of its own.</summary>
    private static string[] Candidates()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } chosen)
        {
            return [chosen];
        }

        if (OperatingSystem.IsWindows())
        {
            return ["impi.dll", "msmpi.dll"];
        }

        if (OperatingSystem.IsMacOS())
        {
            return ["libmpi_abi.1.dylib", "libmpi.40.dylib", "libmpi.12.dylib", "libmpi_abi.dylib", "libmpi.dylib"];
        }

        return Launcher.IsOpenMpi ? ["libmpi.so.40", "libmpi_abi.so.1", "libmpi_abi.so.0"]
            : Launcher.IsMpich ? ["libmpi_abi.so.1", "libmpi_abi.so.0", "libmpi.so.12", "libmpich.so.12"]
            : ["libmpi_abi.so.1", "libmpi_abi.so.0", "libmpi.so.40", "libmpi.so.12", "libmpich.so.12"];
    }

    private static MpiHandles Recognize(string name, nint handle)
    {
        // libraries of other ABIs have this function too, and say -1
        int major = -1, minor = -1;
        if (NativeLibrary.TryGetExport(handle, "MPI_Abi_get_version", out nint getAbi))
        {
            _ = ((delegate* unmanaged<int*, int*, int>)getAbi)(&major, &minor);
        }

        string version = VersionOf(handle);
        return major == 1 ? MpiHandles.Standard
            : NativeLibrary.TryGetExport(handle, "ompi_mpi_comm_world", out _) ? MpiHandles.OpenMpi(handle)
            : IsMpich(version) ? MpiHandles.Mpich
            : throw new NotSupportedException(
                $"{name} is an MPI that is not known here: {version}. Open MPI, MPICH and its kin, and the standard ABI of MPI-5.0 are.");
    }

    private static bool IsMpich(string version) =>
        version.Contains("MPICH", StringComparison.OrdinalIgnoreCase)
        || version.Contains("MVAPICH", StringComparison.OrdinalIgnoreCase)
        || version.Contains("Intel(R) MPI", StringComparison.Ordinal)
        || version.Contains("Microsoft MPI", StringComparison.Ordinal);

    private static string VersionOf(nint handle)
    {
        // may be called before MPI is started
        byte* text = stackalloc byte[VersionBytes];
        int length = 0;
        _ = ((delegate* unmanaged<byte*, int*, int>)NativeLibrary.GetExport(handle, "MPI_Get_library_version"))(text, &length);
        string all = Encoding.UTF8.GetString(text, Math.Clamp(length, 0, VersionBytes));
        return all.Split('\n', '\0')[0].Trim().Replace('\t', ' ');
    }
}
