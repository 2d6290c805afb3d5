namespace OutputGrad;

/// <summary>The call that a workspace is for: see <see cref="LinearCrossEntropy.WorkspaceBytes"/>.</summary>
public enum WorkspaceUse
{
    /// <summary>A loss and all gradients.</summary>
    Gradient,

    /// <summary>
    /// A step of an optimizer. It also holds the gradient of some classes, and the state of all rows if they make several chunks.
    /// </summary>
    Step,
}
