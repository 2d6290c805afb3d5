using OutputGrad.Tests.Support.Batches;

namespace OutputGrad.Tests.Features.Storage;

/// <summary>Files of a layer, its weights and its bias in formats of their own.</summary>
internal static class LayerFiles
{
    /// <summary>A layer whose tensor "weight" begins so many bytes after a multiple of 8, with "bias" right behind it.</summary>
    public static string WriteLayer(
        this TemporaryFolder folder, int shift, (StoredFormat Format, float[] Numbers) weights, (StoredFormat Format, float[] Numbers) bias)
    {
        byte[] weightBytes = [.. StoredNumbers.Bytes<float>(weights.Format, weights.Numbers)];
        byte[] biasBytes = [.. StoredNumbers.Bytes<float>(bias.Format, bias.Numbers)];
        int classes = bias.Numbers.Length, features = weights.Numbers.Length / classes;
        string weightType = Type(weights.Format), biasType = Type(bias.Format);
        int middle = shift + weightBytes.Length, end = middle + biasBytes.Length;
        string header =
            $$$"""
            {"before":{"dtype":"U8","shape":[{{{shift}}}],"data_offsets":[0,{{{shift}}}]},
            "weight":{"dtype":"{{{weightType}}}","shape":[{{{classes}}},{{{features}}}],"data_offsets":[{{{shift}}},{{{middle}}}]},
            "bias":{"dtype":"{{{biasType}}}","shape":[{{{classes}}}],"data_offsets":[{{{middle}}},{{{end}}}]}}
            """;
        return folder.Write(header.PadRight((header.Length + 7) / 8 * 8), [.. new byte[shift], .. weightBytes, .. biasBytes]);
    }

    private static string Type(StoredFormat format) => format switch
    {
        StoredFormat.Half => "F16",
        StoredFormat.BFloat16 => "BF16",
        _ => "F32",
    };
}
