using OutputGrad;
using OutputGrad.Storage;
using Samples;

namespace LanguageModelHead;

/// <summary>A language model's output layer, where it lies in a file: a row of weights for each token that can come next.</summary>
internal sealed class Head : IDisposable
{
    /// <summary>What models call their head; most call it by the first name.</summary>
    public static readonly IReadOnlyList<string> KnownNames = ["lm_head.weight", "output.weight", "embed_out.weight"];

    // Tied: a model without a head of its own scores the next token with the matrix in which it looks tokens up.
    private static readonly IReadOnlyList<string> KnownEmbeddings =
    [
        "model.embed_tokens.weight", "language_model.model.embed_tokens.weight", "transformer.wte.weight", "wte.weight",
        "transformer.word_embeddings.weight", "word_embeddings.weight",
    ];

    // Enough to find the right one among hundreds: a head has more rows than other matrices.
    private const int MostListed = 8;

    private readonly SafetensorsFile _file;
    private readonly string? _bias;
    private readonly WidenedRows _rows;

    private Head(SafetensorsFile file, string? weights, string? bias)
    {
        _file = file;
        _bias = bias;
        Weights = Find(file, weights);
        _rows = new WidenedRows(file, Weights);
        IsTied = weights is null && KnownEmbeddings.Contains(Weights.Name);
        if (bias is not null && !file.Tensors.ContainsKey(bias))
        {
            throw new InvalidDataException($"It has no tensor '{bias}'.");
        }

        _ = Layer;
    }

    /// <summary>Name, format and shape of the weights.</summary>
    public TensorInfo Weights { get; }

    /// <summary>Whether embeddings were taken, for want of a head.</summary>
    public bool IsTied { get; }

    public int Tokens => (int)Weights.Shape[0];

    public int Features => (int)Weights.Shape[1];

    /// <summary>The parameters as the library reads them, in place.</summary>
    public OutputLayer<float> Layer => _file.Layer(Weights.Name, _bias);

    /// <exception cref="MisuseException">There is no such file, or no such matrix in it.</exception>
    public static Head Open(string path, string? weights, string? bias) =>
        TensorFile.Open("--file", path, file => new Head(file, weights, bias));

    /// <summary>A token's weights in single precision, valid until the next call.</summary>
    public ReadOnlySpan<float> Row(int token) => _rows.Read(token, 1);

    public void Dispose() => _file.Dispose();

    private static TensorInfo Find(SafetensorsFile file, string? weights)
    {
        IReadOnlyList<string> names = weights is null ? [.. KnownNames, .. KnownEmbeddings] : [weights];
        foreach (string name in names)
        {
            if (file.Tensors.TryGetValue(name, out TensorInfo? tensor) && IsMatrix(tensor))
            {
                return tensor;
            }
        }

        TensorInfo[] matrices = [.. file.Tensors.Values.Where(IsMatrix).OrderByDescending(tensor => tensor.Shape[0])];
        string listed = string.Join(", ", matrices.Take(MostListed));
        string more = matrices.Length > MostListed ? $", and {matrices.Length - MostListed} with fewer rows" : "";
        string missing = weights is null
            ? $"It has no F32, F16 or BF16 matrix of a known name such as {KnownNames[0]}: option '--weights' can name another."
            : $"It has no F32, F16 or BF16 matrix '{weights}'.";
        throw new InvalidDataException($"{missing} {(matrices.Length == 0 ? "It has none at all." : $"Those it has are {listed}{more}.")}");
    }

    private static bool IsMatrix(TensorInfo tensor) =>
        tensor.ElementType is TensorElementType.F32 or TensorElementType.F16 or TensorElementType.BF16
        && tensor.Shape is [> 0, > 0];
}
