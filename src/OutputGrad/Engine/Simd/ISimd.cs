namespace OutputGrad.Engine.Simd;

/// <summary>
/// The vector vocabulary: all that the engine says to the hardware. Implemented by stateless structs, one per vector width, so that a
/// kernel written once against it compiles to each width's own instructions.
/// </summary>
/// <typeparam name="TVector">The hardware vector.</typeparam>
/// <typeparam name="T">Its element, <see cref="float"/> or <see cref="double"/>.</typeparam>
/// <remarks>
/// Every operation is elementwise and correctly rounded, hence the same in every lane and at every width. Nothing here adds across lanes.
/// Loads and stores are unaligned; the caller owns the bounds.
/// </remarks>
internal unsafe interface ISimd<TVector, T>
    where TVector : unmanaged
    where T : unmanaged
{
    static abstract int Count { get; }

    /// <summary>How many vector registers there are: 32 or 16.</summary>
    static abstract int Registers { get; }

    /// <summary>Whether half a vector may take half the time: where it is a vector of the hardware, of at least 256 bits.</summary>
    static abstract bool HasHalves { get; }

    static abstract TVector Load(T* source);

    /// <summary>Numbers that are stored as <typeparamref name="TStored"/>: T itself, or 16 bits that are widened.</summary>
    static abstract TVector Widen<TStored>(TStored* source)
        where TStored : unmanaged;

    static abstract void Store(TVector value, T* destination);

    /// <summary>Stores past the caches, where the hardware can; the destination is aligned to the vector.</summary>
    static abstract void StoreAlignedPastCaches(TVector value, T* destination);

    static abstract TVector Broadcast(T value);

    static abstract TVector Add(TVector left, TVector right);

    static abstract TVector Subtract(TVector left, TVector right);

    static abstract TVector Multiply(TVector left, TVector right);

    static abstract TVector Divide(TVector left, TVector right);

    static abstract TVector SquareRoot(TVector value);

    /// <summary>left * right + addend with one rounding, on hardware that has it.</summary>
    static abstract TVector MultiplyAdd(TVector left, TVector right, TVector addend);

    /// <summary>The same in the lower half of the lanes, where there are halves; the others hold anything.</summary>
    static abstract TVector MultiplyAddLower(TVector left, TVector right, TVector addend);

    /// <summary>The lower half of the lanes, and zeros in the upper; all of them where there are no halves.</summary>
    static abstract TVector ZeroUpper(TVector value);

    /// <summary>
    /// value &gt; other ? value : other, so a NaN in <paramref name="value"/> loses and one in <paramref name="other"/> stays.
    /// </summary>
    static abstract TVector Larger(TVector value, TVector other);

    /// <summary>Lane by lane, value &gt; other ? ifLarger : otherwise.</summary>
    static abstract TVector SelectLarger(TVector value, TVector other, TVector ifLarger, TVector otherwise);

    /// <summary>A bit per lane, the first one lowest: whether value &gt; other.</summary>
    static abstract uint LargerLanes(TVector value, TVector other);

    /// <summary>The magnitude of one with the sign of the other.</summary>
    static abstract TVector CopySign(TVector magnitude, TVector sign);

    static abstract TVector Abs(TVector value);

    /// <summary>The bits of each lane, shifted left: makes an exponent field of a small integer.</summary>
    static abstract TVector ShiftBitsLeft(TVector value, int count);

    /// <summary>The bits of each lane, shifted right, zeros from the left.</summary>
    static abstract TVector ShiftBitsRight(TVector value, int count);

    /// <summary>The difference of each lane's bits, as integers.</summary>
    static abstract TVector SubtractBits(TVector left, TVector right);

    static abstract bool AnyEquals(TVector left, TVector right);
}
