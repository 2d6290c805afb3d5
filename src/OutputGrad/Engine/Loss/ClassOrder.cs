using System.Numerics;

namespace OutputGrad.Engine.Loss;

/// <summary>
/// The order of a row's classes: NaN stands before every number, a larger logit before a smaller, and of equal ones the lower class. No two
/// are equal in it.
/// </summary>
internal static class ClassOrder
{
    /// <summary>Whether a class stands before another.</summary>
    public static bool IsBefore<T>((T Logit, int Class) left, (T Logit, int Class) right)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        T.IsNaN(left.Logit) != T.IsNaN(right.Logit) ? T.IsNaN(left.Logit)
        : left.Logit == right.Logit || T.IsNaN(left.Logit) ? left.Class < right.Class
        : left.Logit > right.Logit;
}
