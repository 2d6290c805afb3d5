namespace OutputGrad.Benchmarks.Suites;

/// <summary>A suite that can say, its parameters set, what a benchmark of a category has to do.</summary>
internal interface IMeasuredWork
{
    Type ElementType { get; }

    Work WorkOf(string category);
}
