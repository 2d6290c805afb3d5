using Xunit;

namespace OutputGrad.Tests.Support.Batches;

public static class StoredFormats
{
    public static readonly TheoryData<StoredFormat> Narrow = [StoredFormat.Half, StoredFormat.BFloat16];

    /// <summary>The formats of weights and of hidden vectors, of which at least one is of 16 bits.</summary>
    public static readonly (StoredFormat Weights, StoredFormat Hidden)[] Pairs =
    [
        .. from weights in Enum.GetValues<StoredFormat>()
           from hidden in Enum.GetValues<StoredFormat>()
           where (weights, hidden) != (StoredFormat.Full, StoredFormat.Full)
           select (weights, hidden),
    ];
}
