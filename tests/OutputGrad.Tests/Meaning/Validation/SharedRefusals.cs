using System.Globalization;
using System.Numerics;

namespace OutputGrad.Tests.Meaning.Validation;

/// <summary>
/// What every entry point that takes a batch of 3 rows and 4 classes must refuse: its targets, row weights, results per row and options.
/// </summary>
public static class SharedRefusals
{
    public static Dictionary<string, Refusal<TCall>> Of<TCall, T>()
        where TCall : CallMemory<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Dictionary<string, Refusal<TCall>> refusals = [];
        foreach (int target in (int[])[4, -1, -99, int.MaxValue, int.MinValue])
        {
            refusals[$"Case10: target {target}"] = OutOfRange<TCall>(
                ["targets", "row 2", $"{target}", "3"], call => call.Targets.Span[2] = target);
        }

        refusals["Case10: the default ignore index where another is set"] = OutOfRange<TCall>(
            ["targets", "row 1", "-100"], call => call.Options = new() { IgnoreIndex = 7 });
        AddOptions(refusals);
        return refusals;
    }

    /// <summary>Row weights and results per row, which the short forms do not take.</summary>
    public static Dictionary<string, Refusal<TCall>> OfRows<TCall, T>()
        where TCall : CallMemory<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Dictionary<string, Refusal<TCall>> refusals = [];
        foreach (int length in (int[])[1, 2, 4])
        {
            foreach (string name in (string[])["rowWeights", "rows.Losses", "rows.LogSumExp", "rows.GradientNorms", "rows.Entropies"])
            {
                refusals[$"{name} of length {length}"] = WrongLength<TCall>([name, $"{length}", "3"], call => call.Resize(name, length));
            }

            refusals[$"rows.Predictions of length {length}"] = WrongLength<TCall>(
                ["rows.Predictions", $"{length}", "3"], call => call.Predictions = new int[length]);
            refusals[$"rows.TargetRanks of length {length}"] = WrongLength<TCall>(
                ["rows.TargetRanks", $"{length}", "3"], call => call.TargetRanks = new int[length]);
        }

        return refusals;
    }

    public static Dictionary<string, Refusal<TCall>> OfSoftTargets<TCall, T>()
        where TCall : CallMemory<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Dictionary<string, Refusal<TCall>> refusals = [];
        foreach (int length in (int[])[0, 1, 11, 13, 24])
        {
            refusals[$"targetProbabilities of length {length}"] = WrongLength<TCall>(
                ["targetProbabilities", $"{length}", "12"], call => (call.IsSoft, call["targetProbabilities"]) = (true, new T[length]));
        }

        foreach (int rows in (int[])[-1, int.MinValue])
        {
            refusals[$"{rows} rows"] = OutOfRange<TCall>(["row", $"{rows}"], call => (call.IsSoft, call.SoftRows) = (true, rows));
        }

        refusals["no rows but numbers for three"] = WrongLength<TCall>(["0"], call => (call.IsSoft, call.SoftRows) = (true, 0));
        return refusals;
    }

    /// <summary>Every output against every input and every other output, one element shared at either end, all but one, and all.</summary>
    public static Dictionary<string, Refusal<TCall>> OfOverlaps<TCall, T>(TCall example, Action<TCall> prepare)
        where TCall : CallMemory<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        prepare(example);
        Dictionary<string, Refusal<TCall>> refusals = [];
        foreach (string output in example.Outputs)
        {
            foreach (string other in example.Inputs.Concat(example.Outputs).Where(name => name != output))
            {
                int most = Math.Min(example[output].Length, example[other].Length);
                bool mayBeInPlace = (output, other) == ("logitGradient", "logits");
                foreach (int shared in ((int[])[1, most - 1, most]).Where(shared => !(mayBeInPlace && shared == most)))
                {
                    refusals[$"{output} ends in {other}, {shared} shared"] = WrongLength<TCall>([output, other, "overlap"], call =>
                    {
                        prepare(call);
                        call.Overlap(output, other, shared);
                    });
                    refusals[$"{output} starts in {other}, {shared} shared"] = WrongLength<TCall>([output, other, "overlap"], call =>
                    {
                        prepare(call);
                        call.Overlap(other, output, shared);
                    });
                }
            }
        }

        return refusals;
    }

    public static Refusal<TCall> WrongLength<TCall>(string[] mentions, Action<TCall> spoil)
        where TCall : ISpoilableCall => new(typeof(ArgumentException), mentions, spoil);

    public static Refusal<TCall> OutOfRange<TCall>(string[] mentions, Action<TCall> spoil)
        where TCall : ISpoilableCall => new(typeof(ArgumentOutOfRangeException), mentions, spoil);

    private static void AddOptions<TCall>(Dictionary<string, Refusal<TCall>> refusals)
        where TCall : ISpoilableCall
    {
        const double Infinity = double.PositiveInfinity;
        Add("Case20: LabelSmoothing", [-.1, -double.Epsilon, 1.0000000000000002, double.NaN, Infinity], v => new() { LabelSmoothing = v });
        Add("ZLoss", [-1e-4, double.NaN, Infinity], v => new() { ZLoss = v });
        Add("LogitScale", [0, -1, double.NaN, Infinity], v => new() { LogitScale = v });
        Add("LogitSoftcap", [-1, double.NaN, Infinity], v => new() { LogitSoftcap = v });
        Add("Normalizer", [0, -1, double.NaN, Infinity], v => new() { Normalizer = v });
        Add("HiddenFilterThreshold", [-1, double.NaN, Infinity], v => new() { HiddenFilterThreshold = v });
        Add("WeightFilterThreshold", [-1, double.NaN, Infinity], v => new() { WeightFilterThreshold = v });
        Add("MaxRowGradientNorm", [0, -1, double.NaN, Infinity], v => new() { MaxRowGradientNorm = v });
        Add("MaxDegreeOfParallelism", [0, -2, int.MinValue], v => new() { MaxDegreeOfParallelism = (int)v });
        Add("MaxWorkspaceBytes", [0, -1, -1_000_000], v => new() { MaxWorkspaceBytes = (long)v });
        Add("Reduction", [2, -1], v => new() { Reduction = (Reduction)(int)v });
        Add("ClassWeights", [double.NaN, Infinity, -Infinity], v => new() { ClassWeights = new double[] { 1, 2, v, 4 } });

        foreach (int length in (int[])[1, 3, 5])
        {
            refusals[$"Case28: {length} ClassWeights"] = WrongLength<TCall>(
                ["ClassWeights", $"{length}", "4"], call => SetOptions(call, new() { ClassWeights = new double[length] }));
        }

        void Add(string name, double[] values, Func<double, CrossEntropyOptions> options)
        {
            foreach (double value in values)
            {
                string option = name[(name.LastIndexOf(' ') + 1)..];
                string number = option is "Reduction" or "MaxWorkspaceBytes"
                    ? ((long)value).ToString(CultureInfo.InvariantCulture)
                    : $"{value}";
                refusals[$"{name} {number}"] = OutOfRange<TCall>([option, number], call => SetOptions(call, options(value)));
            }
        }
    }

    private static void SetOptions<TCall>(TCall call, CrossEntropyOptions options)
        where TCall : ISpoilableCall => call.Options = options;
}
