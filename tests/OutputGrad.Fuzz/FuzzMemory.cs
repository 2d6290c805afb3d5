using System.Numerics;
using OutputGrad.Tests.Features.Storage;
using OutputGrad.Tests.Memory.GuardPages;

namespace OutputGrad.Fuzz;

/// <summary>What one thread runs inputs with, one after the other: guard pages and a folder for files.</summary>
internal sealed class FuzzMemory : IDisposable
{
    private readonly GuardedCalls<float> _floats = new();
    private readonly GuardedCalls<double> _doubles = new();

    public TemporaryFolder Folder { get; } = new();

    public GuardedCalls<T> Calls<T>()
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        typeof(T) == typeof(float) ? (GuardedCalls<T>)(object)_floats : (GuardedCalls<T>)(object)_doubles;

    public void Dispose()
    {
        _floats.Dispose();
        _doubles.Dispose();
        Folder.Dispose();
    }
}
