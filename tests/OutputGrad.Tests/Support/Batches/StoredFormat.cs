namespace OutputGrad.Tests.Support.Batches;

/// <summary>How a matrix of a call is stored: as the numbers that are computed in, or in 16 bits.</summary>
public enum StoredFormat
{
    Full,
    Half,
    BFloat16,
}
