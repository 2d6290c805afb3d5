using System.Numerics;

namespace OutputGrad.Training.Minimization;

/// <summary>
/// What L-BFGS knows of the objective's curvature: the last steps s and the changes y of the gradient that they made.
/// </summary>
/// <remarks>
/// J. Nocedal and S. Wright, "Numerical Optimization", 2nd edition 2006, algorithm 7.4, and equation 7.20 with P in place of the identity.
/// </remarks>
internal sealed class LimitedMemory<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Of a step, as a share of the largest that the change of the gradient allows.</summary>
    private const double LeastCurvature = 1e-16;

    private readonly ParameterVectors<T> _vectors;
    private readonly ProbeScaling<T> _scaling;
    private readonly Pair[] _pairs;
    private int _count;
    private int _next;

    /// <summary>Room for so many pairs.</summary>
    /// <param name="vectors">The arithmetic.</param>
    /// <param name="scaling">The first estimate of the inverse of the Hessian, up to a factor that the newest pair gives.</param>
    /// <param name="length">The number of parameters.</param>
    /// <param name="history">The number of pairs.</param>
    public LimitedMemory(ParameterVectors<T> vectors, ProbeScaling<T> scaling, int length, int history)
    {
        _vectors = vectors;
        _scaling = scaling;
        Direction = GC.AllocateUninitializedArray<T>(length);
        _pairs = new Pair[history];
        for (int i = 0; i < history; i++)
        {
            _pairs[i] = new(GC.AllocateUninitializedArray<T>(length), GC.AllocateUninitializedArray<T>(length));
        }
    }

    public bool IsEmpty => _count == 0;

    /// <summary>What <see cref="FindDirection"/> found; <see cref="Remember"/> overwrites it.</summary>
    public T[] Direction { get; }

    public void Clear() => _count = 0;

    /// <summary>
    /// Remembers the step from one point to the next, unless the curvature along it is not positive in the type's precision: the estimate
    /// would not stay positive definite.
    /// </summary>
    public void Remember(T[] from, T[] to, T[] gradientFrom, T[] gradientTo)
    {
        Pair pair = _pairs[_next];
        _vectors.Subtract(to, from, pair.Step);
        _vectors.Subtract(gradientTo, gradientFrom, pair.Change);
        double product = _vectors.Dot(pair.Step, pair.Change);
        pair.Change.CopyTo(Direction, 0);
        _scaling.Apply(Direction);
        double square = _vectors.Dot(pair.Change, Direction);
        if (product > LeastCurvature * square)
        {
            pair.Product = product;
            pair.Square = square;
            _next = (_next + 1) % _pairs.Length;
            _count = Math.Min(_count + 1, _pairs.Length);
        }
    }

    /// <summary>The direction -H g, where H estimates the inverse of the Hessian: -P g where nothing is remembered.</summary>
    public void FindDirection(T[] gradient)
    {
        T[] direction = Direction;
        _vectors.Multiply(gradient, -1, direction);
        for (int i = 0; i < _count; i++)
        {
            Pair pair = Newest(i);
            pair.Share = _vectors.Dot(pair.Step, direction) / pair.Product;
            _vectors.Add(direction, -pair.Share, pair.Change, direction);
        }

        _scaling.Apply(direction);
        if (!IsEmpty)
        {
            _vectors.Multiply(direction, Newest(0).Product / Newest(0).Square, direction);
        }

        for (int i = _count - 1; i >= 0; i--)
        {
            Pair pair = Newest(i);
            double share = _vectors.Dot(pair.Change, direction) / pair.Product;
            _vectors.Add(direction, pair.Share - share, pair.Step, direction);
        }
    }

    /// <summary>The pair so many before the newest.</summary>
    private Pair Newest(int age) => _pairs[(_next - 1 - age + (2 * _pairs.Length)) % _pairs.Length];

    private sealed class Pair(T[] step, T[] change)
    {
        /// <summary>s.</summary>
        public T[] Step { get; } = step;

        /// <summary>y.</summary>
        public T[] Change { get; } = change;

        /// <summary>s^T y.</summary>
        public double Product { get; set; }

        /// <summary>y^T P y.</summary>
        public double Square { get; set; }

        /// <summary>What the first loop took of y, for the second.</summary>
        public double Share { get; set; }
    }
}
