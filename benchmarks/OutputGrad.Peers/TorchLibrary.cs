using System.Runtime.InteropServices;

namespace OutputGrad.Peers;

/// <summary>Loads TorchSharp's native library, also where the C++ runtime is older than the one that it was built with.</summary>
internal static class TorchLibrary
{
    // TorchSharp 0.107.0 is built with GCC 13, whose <iostream> mentions std::ios_base_library_init of this version. Nothing in the library calls
    // or relocates against it, but Debian 12's libstdc++ (GCC 12) does not have it and the loader refuses. Newer systems need nothing.
    private const string UnusedVersion = "GLIBCXX_3.4.32";

    public static void Load()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", "libLibTorchSharp.so");
        if (!File.Exists(path) || NativeLibrary.TryLoad(path, out _))
            return;

        byte[] image = File.ReadAllBytes(path);
        ElfSymbolVersion.Weaken(image, UnusedVersion);
        string weakened = path + ".weakened";
        File.WriteAllBytes(weakened, image);
        File.Move(weakened, path, overwrite: true);   // only the copy beside this program, never the package's own
        NativeLibrary.Load(path);
    }
}
