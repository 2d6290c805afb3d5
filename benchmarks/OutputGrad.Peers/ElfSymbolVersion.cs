using System.Runtime.InteropServices;
using System.Text;

namespace OutputGrad.Peers;

/// <summary>Edits which symbol versions a native Linux library (ELF, 64 bits, little-endian) demands of the libraries that it links to.</summary>
/// <remarks>
/// The demands are a section of the type GNU verneed: one record per library, each with a chain of one record per version. Offsets below are
/// those of the structures Elf64_Ehdr, Elf64_Shdr, Elf64_Verneed and Elf64_Vernaux of the System V ABI and its GNU extension.
/// </remarks>
internal static class ElfSymbolVersion
{
    private const uint VersionNeeds = 0x6ffffffe;
    private const byte Weak = 2;

    /// <summary>Marks a version as weak: the loader then no longer refuses the library where the version is missing.</summary>
    public static void Weaken(byte[] image, string version)
    {
        ReadOnlySpan<byte> sections = image.AsSpan(Offset(image, 0x28));
        ushort sectionSize = Read<ushort>(image, 0x3A);
        ushort sectionCount = Read<ushort>(image, 0x3C);
        for (int i = 0; i < sectionCount; i++)
        {
            ReadOnlySpan<byte> section = sections.Slice(i * sectionSize, sectionSize);
            if (Read<uint>(section, 0x04) != VersionNeeds)
                continue;

            ReadOnlySpan<byte> strings = sections.Slice(Read<int>(section, 0x28) * sectionSize, sectionSize);
            Weaken(image, Offset(section, 0x18), Read<int>(section, 0x2C), image.AsSpan(Offset(strings, 0x18)), version);
        }
    }

    private static void Weaken(byte[] image, int library, int libraries, ReadOnlySpan<byte> names, string version)
    {
        for (; libraries > 0; libraries--)
        {
            int need = library + Read<int>(image, library + 8);
            for (int needs = Read<ushort>(image, library + 2); needs > 0; needs--)
            {
                ReadOnlySpan<byte> name = names[Read<int>(image, need + 8)..];
                if (Encoding.ASCII.GetString(name[..name.IndexOf((byte)0)]) == version)
                    image[need + 4] |= Weak;
                need += Read<int>(image, need + 12);
            }

            library += Read<int>(image, library + 12);
        }
    }

    private static int Offset(ReadOnlySpan<byte> image, int at) => checked((int)Read<long>(image, at));

    private static TNumber Read<TNumber>(ReadOnlySpan<byte> image, int at)
        where TNumber : struct => MemoryMarshal.Read<TNumber>(image[at..]);
}
