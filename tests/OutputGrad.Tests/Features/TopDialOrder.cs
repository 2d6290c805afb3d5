using System.Globalization;
using System.Numerics;
using FsCheck;
using FsCheck.Fluent;
using OutputGrad.Tests.Support.Problems;
using Xunit;

namespace OutputGrad.Tests.Features;

/// <summary>
/// <see cref="Sensitivity.TopDials"/> is the head of all dials sorted by |slope| in double, where those of floats are exact, largest first,
/// then by class, then by feature, however many products round to the same number, to infinity or to 0. NaN ranks with infinity, and
/// infinity times 0 with 0.
/// </summary>
public class TopDialOrder
{
    [Law(Arbitrary = [typeof(TiedVectors)])]
    public void IsThatOfTheSlopesInDouble(DialFactors factors) => CheckEveryCount(factors.Residual<double>(), factors.Hidden<double>());

    [Law(Arbitrary = [typeof(TiedVectors)])]
    public void IsThatOfTheSlopesInFloat(DialFactors factors) => CheckEveryCount(factors.Residual<float>(), factors.Hidden<float>());

    /// <summary>3 times 5 / 15 and the like round to the same number or to neighbors of it.</summary>
    [Fact]
    public void ProductsThatRoundToTheSameAreTied()
    {
        double third = 1.0 / 3, above = Math.BitIncrement(third);

        CheckEveryCount([third, above, third, above], [1 + Math.Pow(2, -53), 1, 1 - Math.Pow(2, -53), 1]);
        CheckEveryCount([1e200, 1e250, -1e200], [1e150, -1e200, 1]);
        CheckEveryCount([1e-200, 1e-250, -1e-300], [1e-150, 0, 1e-200, 1]);
        CheckEveryCount([0, double.PositiveInfinity, double.NaN, 1], [double.NaN, 0, 2, double.NegativeInfinity]);
        CheckEveryCount<float>([1e20f, 1e30f, -1e20f], [1e20f, -1e25f, 1]);
        CheckEveryCount<float>([1e-20f, 1e-30f, float.Epsilon], [1e-25f, .5f, .25f, 1]);
    }

    private static void CheckEveryCount<T>(T[] residual, T[] hidden)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Dial<T>[] sorted = Sorted(residual, hidden);
        for (int asked = 0; asked <= sorted.Length + 1; asked++)
        {
            Dial<T>[] dials = new Dial<T>[asked];

            int count = Sensitivity.TopDials(residual, hidden, dials);

            Assert.Equal(Math.Min(asked, sorted.Length), count);
            Assert.Equal(sorted[..count], dials[..count]);
        }
    }

    private static Dial<T>[] Sorted<T>(T[] residual, T[] hidden)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        [
            .. from c in Enumerable.Range(0, residual.Length)
               from feature in Enumerable.Range(0, hidden.Length)
               let dial = new Dial<T>(c, feature, residual[c] * hidden[feature])
               orderby Rank(residual[c], hidden[feature]) descending, dial.Class, dial.Feature
               select dial,
        ];

    /// <summary>|slope|; a factor of NaN is taken for infinity, and infinity times 0 is 0.</summary>
    private static double Rank<T>(T left, T right)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        double product = Magnitude(left) * Magnitude(right);
        return double.IsNaN(product) ? 0 : product;
    }

    private static double Magnitude<T>(T value)
        where T : unmanaged, IBinaryFloatingPointIeee754<T> =>
        T.IsNaN(value) ? double.PositiveInfinity : Math.Abs(double.CreateChecked(value));

    /// <summary>Both vectors, as steps of one unit in the last place from few numbers.</summary>
    /// <param name="Classes">One for each class.</param>
    /// <param name="Features">One for each feature.</param>
    public sealed record DialFactors(Factor[] Classes, Factor[] Features)
    {
        public T[] Residual<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => Array.ConvertAll(Classes, factor => factor.In<T>());

        public T[] Hidden<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T> => Array.ConvertAll(Features, factor => factor.In<T>());

        public override string ToString() => $"residual {string.Join(' ', Classes)}, hidden {string.Join(' ', Features)}";
    }

    /// <summary>A number, by so many of its type's neighbors away from another.</summary>
    /// <param name="Value">The other.</param>
    /// <param name="Power">Of ten in double, a tenth of it in float, by which it is multiplied: products of two are infinite, or 0.</param>
    /// <param name="Steps">To the larger neighbor where it is above 0, to the smaller below.</param>
    public readonly record struct Factor(double Value, int Power, int Steps)
    {
        public T In<T>()
            where T : unmanaged, IBinaryFloatingPointIeee754<T>
        {
            int power = typeof(T) == typeof(float) ? Power / 10 : Power;
            T number = T.CreateChecked(Value * Math.Pow(10, power));
            for (int step = 0; step < Math.Abs(Steps); step++)
            {
                number = Steps > 0 ? T.BitIncrement(number) : T.BitDecrement(number);
            }

            return number;
        }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Value}e{Power}{Steps:+0;-0;''}");
    }

    public static class TiedVectors
    {
        private static readonly int[] Sizes = [1, 2, 3, 5, 9];

        public static Arbitrary<DialFactors> Factors() => Arb.From(
            from palette in Gen.Elements(
                Gen.Elements(1.0, -1, 3, 1.0 / 3, .1, 7),
                Gen.Elements(1.0, 0, 2, -2, 4),
                Gen.Elements(0, 1, double.NaN, double.PositiveInfinity, double.NegativeInfinity),
                Gen.Choose(-50, 50).Select(n => n / 49.0))
            from powers in Gen.Elements(Gen.Constant(0), Gen.Constant(200), Gen.Constant(-200), Gen.Elements(-200, -150, 0, 150, 200))
            from steps in Gen.Elements(Gen.Constant(0), Gen.Choose(-1, 1), Gen.Choose(-3, 3))
            let factor = from value in palette
                         from power in powers
                         from step in steps
                         select new Factor(value, power, step)
            from classes in Gen.Elements(Sizes).SelectMany(size => factor.ArrayOf(size))
            from features in Gen.Elements(Sizes).SelectMany(size => factor.ArrayOf(size))
            select new DialFactors(classes, features),
            Simpler);

        /// <summary>Without one of the classes or features.</summary>
        private static IEnumerable<DialFactors> Simpler(DialFactors factors) =>
        [
            .. Without(factors.Classes).Select(classes => factors with { Classes = classes }),
            .. Without(factors.Features).Select(features => factors with { Features = features }),
        ];

        private static IEnumerable<Factor[]> Without(Factor[] all) =>
            all.Length == 1 ? [] : all.Select((_, left) => all.Where((_, i) => i != left).ToArray());
    }
}
