using System.Runtime.InteropServices;
using System.Security.Cryptography;
using OutputGrad.Mpi;

namespace VocabularyParallel;

/// <summary>One hash of all weights and biases, the same for any number of ranks.</summary>
internal static class WeightsHash
{
    /// <summary>All ranks call it: a hash of the hashes of every <see cref="ClassRange.Unit"/> classes, in their order.</summary>
    public static string Of(MpiCommunicator world, Recipe recipe, Shard shard)
    {
        byte[] all = new byte[ClassRange.Units(recipe.Classes) * SHA256.HashSizeInBytes];
        for (int rank = 0; rank < world.Size; rank++)
        {
            ClassRange classes = ClassRange.Of(recipe.Classes, rank, world.Size);
            Span<byte> theirs = all.AsSpan(Range(classes));
            if (rank == world.Rank)
            {
                Fill(theirs, shard, recipe.Features);
            }

            world.Broadcast(theirs, rank);
        }

        return Convert.ToHexStringLower(SHA256.HashData(all));
    }

    private static Range Range(ClassRange classes) =>
        (classes.First / ClassRange.Unit * SHA256.HashSizeInBytes)..(ClassRange.Units(classes.End) * SHA256.HashSizeInBytes);

    private static void Fill(Span<byte> hashes, Shard shard, int features)
    {
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        for (int first = 0; first < shard.Classes.Count; first += ClassRange.Unit)
        {
            int count = Math.Min(ClassRange.Unit, shard.Classes.Count - first);
            hash.AppendData(MemoryMarshal.AsBytes(shard.Weights.Span.Slice(first * features, count * features)));
            hash.AppendData(MemoryMarshal.AsBytes(shard.Biases.Span.Slice(first, count)));
            hash.GetHashAndReset(hashes[..SHA256.HashSizeInBytes]);
            hashes = hashes[SHA256.HashSizeInBytes..];
        }
    }
}
