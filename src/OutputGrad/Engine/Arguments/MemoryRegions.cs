using System.Runtime.CompilerServices;

namespace OutputGrad.Engine.Arguments;

/// <summary>The memory that one call reads and writes: finds an output that overlaps anything else before it is written.</summary>
internal unsafe struct MemoryRegions
{
    private Regions _regions;
    private int _count;

    public void Input(void* start, long bytes, string name) => Add(new(start, bytes, name, IsOutput: false));

    public void Output(void* start, long bytes, string name) => Add(new(start, bytes, name, IsOutput: true));

    private void Add(Region region)
    {
        if (region.Bytes == 0)
        {
            return;
        }

        foreach (Region other in ((ReadOnlySpan<Region>)_regions)[.._count])
        {
            if ((region.IsOutput || other.IsOutput) && region.Overlaps(other))
            {
                (Region output, Region with) = region.IsOutput ? (region, other) : (other, region);
                throw new ArgumentException(
                    $"{output.Name} overlaps {with.Name}: the output's {output.Bytes} bytes and the other's {with.Bytes} share memory.",
                    output.Name);
            }
        }

        _regions[_count++] = region;
    }

    private readonly struct Region(void* start, long bytes, string name, bool IsOutput)
    {
        public long Bytes { get; } = bytes;

        public string Name { get; } = name;

        public bool IsOutput { get; } = IsOutput;

        private nuint Start { get; } = (nuint)start;

        public bool Overlaps(Region other) => Start < other.Start + (nuint)other.Bytes && other.Start < Start + (nuint)Bytes;
    }

    /// <summary>Room for every span that one call can have.</summary>
    [InlineArray(24)]
    private struct Regions
    {
        private Region _first;
    }
}
