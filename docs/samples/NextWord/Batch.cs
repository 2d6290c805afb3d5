using OutputGrad;

namespace NextWord;

/// <summary>Some places of a passage: the hidden vectors that the model makes of the words before, and the words that follow.</summary>
internal sealed class Batch(Model model, Passage passage, int mostRows)
{
    private readonly float[] _hidden = new float[mostRows * model.Features];
    private readonly float[] _hiddenGradient = new float[mostRows * model.Features];
    private readonly int[] _targets = new int[mostRows];
    private int[] _places = [];

    /// <summary>The rows, as the library takes them.</summary>
    public LabeledBatch<float> Rows => new(Used(_hidden), _targets.AsSpan(0, _places.Length));

    /// <summary>Where the layer is to write the slopes of the hidden vectors.</summary>
    public Span<float> HiddenGradient => Used(_hiddenGradient);

    public void Gather(int[] places)
    {
        _places = places;
        for (int row = 0; row < places.Length; row++)
        {
            model.Embeddings.Average(passage.Context(places[row]), Row(_hidden, row));
            _targets[row] = passage.Targets[places[row]];
        }
    }

    /// <summary>Hands the slopes of the hidden vectors back to the embeddings.</summary>
    public void FlowBack()
    {
        for (int row = 0; row < _places.Length; row++)
        {
            model.Embeddings.AddSlopes(passage.Context(_places[row]), Row(_hiddenGradient, row));
        }
    }

    private Span<float> Used(float[] matrix) => matrix.AsSpan(0, _places.Length * model.Features);

    private Span<float> Row(float[] matrix, int row) => matrix.AsSpan(row * model.Features, model.Features);
}
