using System.Numerics;

namespace OutputGrad.Tests.Meaning.Validation;

/// <summary>What every method of the layer must refuse of its inputs: 3 rows of 2 features, 4 classes.</summary>
public static class LayerInputRefusals
{
    /// <summary>Hidden vectors, weights, targets and options.</summary>
    public static Dictionary<string, Refusal<TCall>> Of<TCall, T>()
        where TCall : CallMemory<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Dictionary<string, Refusal<TCall>> refusals = SharedRefusals.Of<TCall, T>();
        foreach (int length in (int[])[0, 1, 5, 7])
        {
            refusals[$"hidden of length {length}"] = SharedRefusals.WrongLength<TCall>(
                ["hidden", $"{length}", "3"], call => call["hidden"] = new T[length]);
            refusals[$"weights of length {length}"] = SharedRefusals.WrongLength<TCall>(
                ["weights", $"{length}", "2"], call => call["weights"] = new T[length]);
        }

        refusals["no targets for 6 hidden numbers"] = SharedRefusals.WrongLength<TCall>(
            ["hidden", "6", "0"], call => call.Targets = default);
        return refusals;
    }

    /// <summary>What the short form does not take: bias, row weights, soft targets and results per row.</summary>
    public static Dictionary<string, Refusal<TCall>> OfTheFullForm<TCall, T>()
        where TCall : CallMemory<T>
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        Dictionary<string, Refusal<TCall>> refusals = new(
            SharedRefusals.OfRows<TCall, T>().Concat(SharedRefusals.OfSoftTargets<TCall, T>()));
        foreach (int length in (int[])[1, 3, 5, 8])
        {
            refusals[$"bias of length {length}"] = SharedRefusals.WrongLength<TCall>(
                ["bias", $"{length}", "4"], call => call["bias"] = new T[length]);
        }

        return refusals;
    }
}
