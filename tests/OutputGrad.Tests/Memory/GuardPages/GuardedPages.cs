using System.Buffers;
using System.ComponentModel;
using System.Runtime.InteropServices;

namespace OutputGrad.Tests.Memory.GuardPages;

/// <summary>Memory between two pages that nobody may touch: reading or writing one byte too far on either side ends the process.</summary>
/// <remarks>Linux only: mmap and mprotect with its constants.</remarks>
internal sealed unsafe partial class GuardedPages : MemoryManager<double>
{
    public const string LinuxOnly = "Guard pages are laid with Linux's mmap and mprotect.";

    private const int NoAccess = 0, ReadAndWrite = 1 | 2, PrivateAndAnonymous = 2 | 0x20;

    private readonly nuint _page = (nuint)Environment.SystemPageSize;
    private readonly nuint _length;
    private readonly byte* _start;

    public GuardedPages(int bytes)
    {
        _length = ((nuint)bytes + _page - 1) / _page * _page;
        nint mapped = MapMemory(0, _length + (2 * _page), ReadAndWrite, PrivateAndAnonymous, -1, 0);
        if (mapped == -1)
        {
            throw new Win32Exception();
        }

        _start = (byte*)mapped + _page;
        Protect(_start - _page);
        Protect(_start + _length);
    }

    /// <summary>A span of as many numbers, at that end of the memory, filled from <paramref name="values"/>.</summary>
    public Span<T> Place<T>(ReadOnlySpan<T> values, Edge edge)
        where T : unmanaged
    {
        int bytes = values.Length * sizeof(T);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((nuint)bytes, _length);
        Span<T> span = new(edge == Edge.Front ? _start : _start + _length - bytes, values.Length);
        values.CopyTo(span);
        return span;
    }

    /// <summary>The same for doubles, as memory.</summary>
    public ReadOnlyMemory<double> PlaceMemory(ReadOnlySpan<double> values, Edge edge)
    {
        Place(values, edge);
        int all = (int)_length / sizeof(double);
        return CreateMemory(all).Slice(edge == Edge.Front ? 0 : all - values.Length, values.Length);
    }

    public override Span<double> GetSpan() => new(_start, (int)_length / sizeof(double));

    public override MemoryHandle Pin(int elementIndex = 0) => new((double*)_start + elementIndex);

    public override void Unpin()
    {
    }

    protected override void Dispose(bool disposing) => UnmapMemory((nint)(_start - _page), _length + (2 * _page));

    private void Protect(byte* page)
    {
        if (ProtectMemory((nint)page, _page, NoAccess) != 0)
        {
            throw new Win32Exception();
        }
    }

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    private static partial nint MapMemory(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    private static partial int ProtectMemory(nint address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    private static partial int UnmapMemory(nint address, nuint length);
}

/// <summary>Which end of the memory a span touches: its start or its end lies against a page without access.</summary>
internal enum Edge
{
    Front,
    Back,
}
