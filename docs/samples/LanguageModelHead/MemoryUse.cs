namespace LanguageModelHead;

/// <summary>What the process takes at a moment.</summary>
/// <param name="Resident">
/// What the operating system holds of it in physical memory, the runtime and the pages of mapped files that were read included.
/// </param>
/// <param name="Managed">The part of it that the garbage collector has taken, in use or not.</param>
internal readonly record struct MemoryUse(long Resident, long Managed)
{
    public static MemoryUse Now => new(Environment.WorkingSet, GC.GetTotalMemory(forceFullCollection: false));
}
