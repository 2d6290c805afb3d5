using System.Runtime.InteropServices;

namespace OutputGrad.Peers;

/// <summary>TorchSharp's native library on Linux, loaded before TorchSharp does it, whose own error does not name the cause.</summary>
internal static class TorchLibrary
{
    private const string Requirement =
        "libtorch cannot be loaded. It needs the libstdc++ of GCC 13 or later (GLIBCXX_3.4.32), as in Ubuntu 24.04 or Debian 13.";

    /// <summary>Loads it.</summary>
    /// <exception cref="DllNotFoundException">The loader refuses it; the message says what it requires and why it was refused.</exception>
    public static void Load()
    {
        string path = Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", "libLibTorchSharp.so");
        if (!File.Exists(path))
        {
            return;
        }

        try
        {
            NativeLibrary.Load(path);
        }
        catch (DllNotFoundException reason)
        {
            throw new DllNotFoundException($"{Requirement}{Environment.NewLine}{reason.Message}", reason);
        }
    }
}
