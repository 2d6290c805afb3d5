using OutputGrad;
using OutputGrad.Storage;

namespace VocabularyParallel;

/// <summary>What a rank has of the layer, in memory that the optimizer may write to.</summary>
internal sealed class Shard
{
    public const string Weight = "weight", Bias = "bias";

    private readonly float[] _parameters, _firstMoment, _secondMoment;
    private readonly int _features;

    /// <summary>A layer to start with, of zeros: all classes are equally likely.</summary>
    public Shard(ClassRange classes, int features)
    {
        Classes = classes;
        _features = features;
        int parameters = classes.Count * (features + 1);
        _parameters = new float[parameters];
        _firstMoment = new float[parameters];
        _secondMoment = new float[parameters];
    }

    public ClassRange Classes { get; }

    public Memory<float> Weights => OfWeights(_parameters);

    public Memory<float> Biases => OfBiases(_parameters);

    /// <summary>All that the next step depends on, by the name of its tensor, without the step's number.</summary>
    private IEnumerable<(string Name, int Columns, Memory<float> Numbers)> State =>
    [
        (Weight, _features, Weights),
        (Bias, 1, Biases),
        ("first_moment.weight", _features, OfWeights(_firstMoment)),
        ("first_moment.bias", 1, OfBiases(_firstMoment)),
        ("second_moment.weight", _features, OfWeights(_secondMoment)),
        ("second_moment.bias", 1, OfBiases(_secondMoment)),
    ];

    /// <param name="learningRate">The size of a step.</param>
    /// <param name="step">Which one it is, from 1 on.</param>
    public AdamW<float> Optimizer(double learningRate, int step) => new(learningRate, _firstMoment, _secondMoment, step);

    public IEnumerable<SafetensorsTensor> Tensors() => State.Select(tensor => new SafetensorsTensor(
        tensor.Name, tensor.Columns == 1 ? [Classes.Count] : [Classes.Count, tensor.Columns], tensor.Numbers));

    /// <summary>Takes what a file has of this rank's classes.</summary>
    /// <param name="file">The shard of some rank.</param>
    /// <param name="classes">Its classes.</param>
    public void Read(SafetensorsFile file, ClassRange classes)
    {
        ClassRange common = Classes.Intersect(classes);
        if (common.Count == 0)
        {
            return;
        }

        foreach ((string name, int columns, Memory<float> numbers) in State)
        {
            long start = (long)(common.First - classes.First) * columns;
            file.Read<float>(name, start, common.Count * columns).CopyTo(numbers.Span[((common.First - Classes.First) * columns)..]);
        }
    }

    private Memory<float> OfWeights(float[] numbers) => numbers.AsMemory(0, Classes.Count * _features);

    private Memory<float> OfBiases(float[] numbers) => numbers.AsMemory(Classes.Count * _features);
}
