using System.Buffers.Binary;
using OutputGrad.Fuzz.Problems;

namespace OutputGrad.Fuzz.Targets;

/// <summary>Bytes as a file of tensors.</summary>
internal static class FileReading
{
    /// <summary>The bytes that are left as they are, or as a header whose length is right, before a few bytes of data.</summary>
    public static byte[] ReadFile(FuzzInput input)
    {
        int data = input.Below(40);
        if (input.OneIn(4))
        {
            return input.Rest.ToArray();
        }

        byte[] length = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(length, input.Rest.Length);
        return [.. length, .. input.Rest, .. new byte[data]];
    }

    /// <summary>A good file with some bytes changed, cut or repeated.</summary>
    public static byte[] ReadChanges(FuzzInput input, byte[] good)
    {
        List<byte> bytes = [.. good];
        for (int changes = input.Below(6); changes > 0 && bytes.Count > 0; changes--)
        {
            // the header is most of what is read
            int place = (input.Flag() ? input.Below(256) : input.Below(1 << 16)) % bytes.Count;
            int count = Math.Min(1 + input.Below(16), bytes.Count - place);
            switch (input.Below(4))
            {
                case 0:
                    bytes.RemoveRange(place, count);
                    break;
                case 1:
                    bytes.InsertRange(place, bytes.GetRange(place, count));
                    break;
                default:
                    bytes[place] = (byte)input.Byte();
                    break;
            }
        }

        return [.. bytes];
    }
}
