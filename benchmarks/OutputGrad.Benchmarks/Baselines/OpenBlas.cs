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

    /// <summary>product = left right + kept * product.</summary>
    public static void Multiply<T>(BlasMatrix<T> left, BlasMatrix<T> right, T[] product, double kept = 0)
        where T : unmanaged
    {
        (int m, int n, int k) = (left.Rows, right.Columns, left.Columns);
        (int transposeLeft, int transposeRight) = ((int)left.Transposition, (int)right.Transposition);
        fixed (T* a = left.Elements, b = right.Elements, c = product)
        {
            if (typeof(T) == typeof(float))
            {
                Sgemm(RowMajor, transposeLeft, transposeRight, m, n, k,
                    1, (float*)a, left.Stride, (float*)b, right.Stride, (float)kept, (float*)c, n);
            }
            else
            {
                Dgemm(RowMajor, transposeLeft, transposeRight, m, n, k,
                    1, (double*)a, left.Stride, (double*)b, right.Stride, kept, (double*)c, n);
            }
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
