using System.Numerics;
using OutputGrad;
using OutputGrad.Storage;
using Samples;

namespace LanguageModelHead;

/// <summary>What a model made of the text up to each position, where it lies in a file, and the token that follows there.</summary>
internal sealed class HiddenStates : IDisposable
{
    private const int MostListed = 8;

    private readonly SafetensorsFile _file;
    private readonly int[] _targets;
    private readonly WidenedRows _widened;

    private HiddenStates(SafetensorsFile file, Head head, Settings settings)
    {
        _file = file;
        Hidden = Find(file, settings.HiddenName);
        _widened = new WidenedRows(file, Hidden);
        if (Hidden.Shape is not [_, long features] || features != head.Features)
        {
            throw new InvalidDataException(
                $"Hidden states for {head.Weights} have the shape [positions, {head.Features}], but it has {Hidden}.");
        }

        if (Hidden.ElementType is not (TensorElementType.F32 or TensorElementType.F16 or TensorElementType.BF16))
        {
            throw new InvalidDataException($"Hidden states are F32, F16 or BF16, but it has {Hidden}.");
        }

        TensorInfo targets = Find(file, settings.TargetsName);
        if (targets.Shape is not [long length] || length != Hidden.Shape[0])
        {
            throw new InvalidDataException($"The tokens that follow {Hidden} have the shape [{Hidden.Shape[0]}], but it has {targets}.");
        }

        long count = settings.Tokens == 0 ? length : Math.Min(settings.Tokens, length);
        _targets = ReadTargets(file, targets, (int)Math.Min(count, Array.MaxLength), head.Tokens);
        Scored = _targets.Count(target => target != Ignored);
        if (Scored == 0)
        {
            throw new InvalidDataException($"None of its {_targets.Length} tokens counts.");
        }
    }

    /// <summary>The target of a position that does not count.</summary>
    public static int Ignored { get; } = new CrossEntropyOptions().IgnoreIndex;

    /// <summary>Name, format and shape of the matrix.</summary>
    public TensorInfo Hidden { get; }

    /// <summary>How many positions there are to score.</summary>
    public int Count => _targets.Length;

    /// <summary>How many of them count.</summary>
    public int Scored { get; }

    private int Features => (int)Hidden.Shape[1];

    /// <exception cref="MisuseException">There is no such file, or not what the head needs in it.</exception>
    public static HiddenStates Open(string path, Head head, Settings settings) =>
        TensorFile.Open("--hidden", path, file => new HiddenStates(file, head, settings));

    public int Target(int position) => _targets[position];

    /// <summary>Some positions as the library takes them, read in place.</summary>
    public LabeledBatch<float> Batch(int first, int count)
    {
        ReadOnlySpan<int> targets = _targets.AsSpan(first, count);
        return Hidden.ElementType switch
        {
            TensorElementType.F32 => new LabeledBatch<float>(Read<float>(first, count), targets),
            TensorElementType.F16 => LabeledBatch<float>.FromHalf(Read<Half>(first, count), targets),
            _ => LabeledBatch<float>.FromBFloat16(Read<ushort>(first, count), targets),
        };
    }

    /// <summary>
    /// The same positions' hidden states in single precision, valid until the next call: <see cref="LinearSoftmax"/> takes no others.
    /// </summary>
    public ReadOnlySpan<float> Widened(int first, int count) => _widened.Read(first, count);

    public void Dispose() => _file.Dispose();

    private static TensorInfo Find(SafetensorsFile file, string name) =>
        file.Tensors.TryGetValue(name, out TensorInfo? tensor)
            ? tensor
            : throw new InvalidDataException($"It has no tensor '{name}', but {string.Join(", ", file.Tensors.Values.Take(MostListed))}.");

    private static int[] ReadTargets(SafetensorsFile file, TensorInfo tensor, int count, int tokens) => tensor.ElementType switch
    {
        TensorElementType.I32 => Ids(file.Read<int>(tensor.Name, 0, count), tokens),
        TensorElementType.I64 => Ids(file.Read<long>(tensor.Name, 0, count), tokens),
        _ => throw new InvalidDataException($"The tokens that follow are I32 or I64, but it has {tensor}."),
    };

    private static int[] Ids<T>(ReadOnlySpan<T> stored, int tokens)
        where T : IBinaryInteger<T>
    {
        int[] ids = new int[stored.Length];
        for (int i = 0; i < ids.Length; i++)
        {
            T id = stored[i];
            if (id != T.CreateChecked(Ignored) && (T.IsNegative(id) || id >= T.CreateChecked(tokens)))
            {
                throw new InvalidDataException($"The token that follows position {i} is {id}, but ids are 0 to {tokens - 1}.");
            }

            ids[i] = int.CreateChecked(id);
        }

        return ids;
    }

    private ReadOnlySpan<T> Read<T>(int first, int count)
        where T : unmanaged => _file.Read<T>(Hidden.Name, (long)first * Features, count * Features);
}
