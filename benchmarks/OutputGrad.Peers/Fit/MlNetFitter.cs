using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Trainers;
using OutputGrad.Benchmarks.Measurement;
using OutputGrad.Benchmarks.Problems;

namespace OutputGrad.Peers.Fit;

/// <summary>ML.NET's LbfgsMaximumEntropy, in single precision.</summary>
/// <remarks>
/// It minimizes (the sum of the losses + L2Regularization / 2 |W|^2) / rows, the bias free, so that its L2Regularization is 1 / C. It stops
/// where an average of the last iterations' improvements is below its tolerance, whatever the slopes are, or where single precision ends
/// its line search. It tells neither iterations nor evaluations. With one thread it reads the rows anew for each evaluation, and once
/// before the first, which counts them.
/// </remarks>
internal sealed class MlNetFitter : Fitter
{
    /// <summary>The default. With a smaller one it ends in single precision, at slopes that are no smaller.</summary>
    private const float Tolerance = 1e-7f;

    private readonly MLContext _context = new();
    private readonly CountedRows _rows;
    private readonly IDataView _view;
    private MaximumEntropyModelParameters? _model;

    public MlNetFitter(FitTask task, int threads)
        : base("ML.NET", task, threads)
    {
        LayerShape shape = task.Data.Shape;
        float[] vectors = task.Data.Training.Hidden.ToArray();
        int[] labels = task.Data.Training.Targets.ToArray();
        _rows = new([.. vectors.Chunk(shape.Features).Zip(labels, (vector, label) => new Row(vector, (uint)label))]);
        SchemaDefinition schema = SchemaDefinition.Create(typeof(Row));
        schema[nameof(Row.Features)].ColumnType = new VectorDataViewType(NumberDataViewType.Single, shape.Features);
        schema[nameof(Row.Label)].ColumnType = new KeyDataViewType(typeof(uint), (ulong)shape.Classes);
        _view = _context.Data.LoadFromEnumerable(_rows, schema);
    }

    /// <summary>Of the package; its assemblies have another.</summary>
    public static string Version => "ML.NET " + typeof(MLContext).Assembly
        .GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public override Contestant Contestant => new(Name, Fit);

    public override void Fit()
    {
        _rows.Passes = 0;
        LbfgsMaximumEntropyMulticlassTrainer trainer = _context.MulticlassClassification.Trainers.LbfgsMaximumEntropy(
            new LbfgsMaximumEntropyMulticlassTrainer.Options
            {
                LabelColumnName = nameof(Row.Label),
                FeatureColumnName = nameof(Row.Features),
                L1Regularization = 0,
                L2Regularization = (float)(1 / Task.C),
                OptimizationTolerance = Tolerance,
                HistorySize = FitTask.History,
                NumberOfThreads = Threads,
            });
        _model = trainer.Fit(_view).Model;
        Evaluations = Threads == 1 ? _rows.Passes - 1 : null;
    }

    public override FittedLayer Layer()
    {
        VBuffer<float>[]? weights = null;
        _model!.GetWeights(ref weights, out _);
        float[] matrix = [.. weights!.SelectMany(vector => vector.DenseValues())];
        return new(Task, FittedLayer.Widened(matrix), FittedLayer.Widened(_model.GetBiases().ToArray()));
    }

    private sealed record Row(float[] Features, uint Label);

    private sealed class CountedRows(Row[] rows) : IEnumerable<Row>
    {
        public int Passes { get; set; }

        public IEnumerator<Row> GetEnumerator()
        {
            Passes++;
            return rows.AsEnumerable().GetEnumerator();
        }

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
