using System.Runtime.InteropServices;

namespace OutputGrad.Benchmarks.Baselines;

/// <summary>The few functions of OpenBLAS that the comparison calls, where the system has it.</summary>
internal static unsafe partial class OpenBlas
{
    private const string Library = "libopenblas.so.0";
    private const int RowMajor = 101;

    public static bool IsAvailable { get; } = NativeLibrary.TryLoad(Library, out _);

    public static string Description => IsAvailable
        ? $"{Marshal.PtrToStringUTF8((nint)GetConfig())} running {Marshal.PtrToStringUTF8((nint)GetCoreName())}"
        : $"not found ({Library}; on Debian the package libopenblas0-pthread): its rows are left out";

    [LibraryImport(Library, EntryPoint = "openblas_set_num_threads")]
    public static partial void SetThreads(int count);

    /// <summary>c = op(a) op(b) on row-major matrices: c is m x n, the summed index has k values.</summary>
    public static void Multiply<T>(Transposition a, Transposition b, int m, int n, int k, T[] left, T[] right, T[] product)
        where T : unmanaged
    {
        int leftStride = a == Transposition.None ? k : m;
        int rightStride = b == Transposition.None ? n : k;
        fixed (T* x = left, y = right, z = product)
        {
            if (typeof(T) == typeof(float))
                Sgemm(RowMajor, (int)a, (int)b, m, n, k, 1, (float*)x, leftStride, (float*)y, rightStride, 0, (float*)z, n);
            else
                Dgemm(RowMajor, (int)a, (int)b, m, n, k, 1, (double*)x, leftStride, (double*)y, rightStride, 0, (double*)z, n);
        }
    }

    [LibraryImport(Library, EntryPoint = "openblas_get_config")]
    private static partial byte* GetConfig();

    [LibraryImport(Library, EntryPoint = "openblas_get_corename")]
    private static partial byte* GetCoreName();

    [LibraryImport(Library, EntryPoint = "cblas_sgemm")]
    private static partial void Sgemm(int order, int transposeA, int transposeB, int m, int n, int k,
        float alpha, float* a, int lda, float* b, int ldb, float beta, float* c, int ldc);

    [LibraryImport(Library, EntryPoint = "cblas_dgemm")]
    private static partial void Dgemm(int order, int transposeA, int transposeB, int m, int n, int k,
        double alpha, double* a, int lda, double* b, int ldb, double beta, double* c, int ldc);
}
