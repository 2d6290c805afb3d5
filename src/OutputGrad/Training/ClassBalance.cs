namespace OutputGrad.Training;

/// <summary>How much the rows of each class weigh in a fit.</summary>
public enum ClassBalance
{
    /// <summary>Every row weighs the same.</summary>
    None,

    /// <summary>
    /// Every class weighs the same: its rows weigh rows / (classes * rows of the class), as with <c>class_weight="balanced"</c> of
    /// scikit-learn. The weights multiply <see cref="CrossEntropyOptions.ClassWeights"/>. A class without rows weighs nothing.
    /// </summary>
    Balanced,
}
