using System.Diagnostics.CodeAnalysis;

namespace OutputGrad.Engine.Loss;

/// <summary>
/// A class index as the caller wrote it. It is read once where it is used and checked as it was read: another thread of the caller's may
/// have changed it since the call began.
/// </summary>
internal static class ClassIndex
{
    /// <summary>Whether a row with this target counts; false where it is ignored.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The target is neither a class nor the index of ignored rows.</exception>
    public static bool Counts(int target, int row, int classes, int ignoreIndex)
    {
        if ((uint)target >= (uint)classes && target != ignoreIndex)
        {
            Throw("targets", target, row, classes, ignoreIndex);
        }

        return target != ignoreIndex;
    }

    [DoesNotReturn]
    private static void Throw(string argument, int target, int row, int classes, int ignoreIndex) => throw new ArgumentOutOfRangeException(
        argument,
        target,
        $"targets[{row}] is {target}; row {row} needs a class from 0 to {classes - 1}, or IgnoreIndex, which is {ignoreIndex}.");
}
