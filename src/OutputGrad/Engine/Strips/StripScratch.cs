namespace OutputGrad.Engine.Strips;

/// <summary>What a worker needs beside a strip, each as large as one.</summary>
internal readonly unsafe struct StripScratch<T>
    where T : unmanaged
{
    /// <summary>Logits after a softcap, which needs those before it again.</summary>
    public required T* Capped { get; init; }

    /// <summary>The softcap's slopes.</summary>
    public required T* Slopes { get; init; }

    /// <summary>The dense part of the targets' weights.</summary>
    public required T* DenseTargets { get; init; }

    /// <summary>Residuals of which only the squares are wanted.</summary>
    public required T* SquaredResiduals { get; init; }

    /// <summary>One line: sums of exponentials that are known already.</summary>
    public required T* KnownSums { get; init; }
}
