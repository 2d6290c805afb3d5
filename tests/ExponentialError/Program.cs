using System.Numerics;
using System.Runtime.Intrinsics;
using OutputGrad.Engine.Logits;
using OutputGrad.Engine.Simd;

// Measures the engine's exp against Math.Exp in double on every float from -104 to -0: the worst error in ulp of the exact value, and
// where. Takes about a minute. For double it samples, against Math.Exp itself, whose own error is below 1 ulp.   dotnet run -c Release
// --project tests/ExponentialError

const float Lowest = -104;
const int Block = 1 << 16;
int last = BitConverter.SingleToInt32Bits(Lowest);
int first = BitConverter.SingleToInt32Bits(-0f);
long count = (long)last - first + 1;
object gate = new();
(double Error, float At) worst = default;

Parallel.For(0, (count + Block - 1) / Block, block =>
{
    float[] x = new float[Block];
    float[] y = new float[Block];
    for (int i = 0; i < Block; i++)
    {
        x[i] = BitConverter.Int32BitsToSingle((int)Math.Min(last, first + (block * Block) + i));
    }

    Exponentials(x, y);
    (double Error, float At) blockWorst = default;
    for (int i = 0; i < Block; i++)
    {
        double exact = Math.Exp(x[i]);
        double error = Math.Abs(y[i] - exact) / Ulp(exact);
        if (!(error <= blockWorst.Error))
        {
            blockWorst = (error, x[i]);
        }
    }

    lock (gate)
    {
        if (!(blockWorst.Error <= worst.Error))
        {
            worst = blockWorst;
        }
    }
});
Console.WriteLine($"float: {count} values from {Lowest} to -0, worst error {worst.Error:F4} ulp at {worst.At:R}");

Random random = new(1);
double[] xs = new double[1 << 22];
double[] ys = new double[xs.Length];
for (int i = 0; i < xs.Length; i++)
{
    xs[i] = i % 2 == 0 ? -745 * random.NextDouble() : -random.NextDouble();
}

Exponentials(xs, ys);
double worstDouble = 0;
for (int i = 0; i < xs.Length; i++)
{
    double exact = Math.Exp(xs[i]);
    worstDouble = Math.Max(worstDouble, Math.Abs(ys[i] - exact) / (Math.BitIncrement(exact) - exact));
}

Console.WriteLine($"double: {xs.Length} samples, worst distance to Math.Exp {worstDouble:F4} ulp");
return worst.Error <= 1 && worstDouble <= 2 ? 0 : 1;

static double Ulp(double exact)
{
    // the spacing of floats at the exact value, subnormals included
    int exponent = Math.Max(Math.ILogB(exact), -126);
    return Math.ScaleB(1, exponent - 23);
}

static unsafe void Exponentials<T>(T[] x, T[] y)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    fixed (T* from = x, to = y)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            SoftmaxRow<Simd512<T>, Vector512<T>, T>.Exponentials(from, x.Length, T.Zero, leftOut: -1, to);
        }
        else
        {
            SoftmaxRow<SimdNative<T>, Vector<T>, T>.Exponentials(from, x.Length, T.Zero, leftOut: -1, to);
        }
    }
}
