namespace OutputGrad.Engine.Simd;

/// <summary>How numbers of the caller's are stored.</summary>
internal enum NumberFormat
{
    /// <summary>In the type in which is computed.</summary>
    Full,

    /// <summary>As <see cref="System.Half"/>.</summary>
    Half,

    /// <summary>As <see cref="Simd.BFloat16"/>.</summary>
    BFloat16,
}
