namespace OutputGrad.Fuzz;

/// <summary>The inputs of a run: from its seed and their number alone, whatever thread makes them.</summary>
/// <param name="seed">The run's.</param>
/// <param name="corpus">Inputs that are run first, and that others are changes of.</param>
internal sealed class InputMaker(int seed, byte[][] corpus)
{
    private const int MostRandomBytes = 96, LongestInput = 1 << 12;

    /// <summary>The corpus as it is, and then random bytes and changes of it.</summary>
    public byte[] Make(long number)
    {
        if (number < corpus.Length)
        {
            return corpus[number];
        }

        Random random = new(HashOf(number));
        if (corpus.Length == 0 || random.Next(2) == 0)
        {
            byte[] bytes = new byte[random.Next(2, MostRandomBytes)];
            random.NextBytes(bytes);
            return bytes;
        }

        List<byte> changed = [.. corpus[random.Next(corpus.Length)]];
        for (int changes = random.Next(1, 6); changes > 0; changes--)
        {
            Change(changed, random);
        }

        return [.. changed.Take(LongestInput)];
    }

    private void Change(List<byte> bytes, Random random)
    {
        int place = random.Next(bytes.Count + 1), count = random.Next(Math.Min(8, bytes.Count - place + 1));
        switch (random.Next(5))
        {
            case 0:
                bytes.RemoveRange(place, count);
                break;
            case 1:
                bytes.InsertRange(place, bytes.GetRange(place, count));
                break;
            case 2:
                byte[] other = corpus[random.Next(corpus.Length)];
                bytes.RemoveRange(place, bytes.Count - place);
                bytes.AddRange(other.AsSpan(Math.Min(place, other.Length)));
                break;
            case 3 when place < bytes.Count:
                bytes[place] ^= (byte)(1 << random.Next(8));
                break;
            default:
                bytes.Insert(place, (byte)random.Next(256));
                break;
        }
    }

    /// <summary>The mixer of splitmix64, so that seeds and numbers that follow each other have nothing in common.</summary>
    private int HashOf(long number)
    {
        ulong hash = ((ulong)(uint)seed << 40) + (ulong)number + 0x9E3779B97F4A7C15;
        hash = (hash ^ (hash >> 30)) * 0xBF58476D1CE4E5B9;
        hash = (hash ^ (hash >> 27)) * 0x94D049BB133111EB;
        return (int)(hash ^ (hash >> 31));
    }
}
