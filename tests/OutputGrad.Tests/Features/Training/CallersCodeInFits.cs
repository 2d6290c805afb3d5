using OutputGrad.Tests.Features.Storage;
using OutputGrad.Tests.Features.Training.Classification;
using OutputGrad.Tests.Support;
using OutputGrad.Training;
using Xunit;

namespace OutputGrad.Tests.Features.Training;

/// <summary>Handlers, tokens, comparers and parsers of labels that throw, or call the library again, inside of a fit or a load.</summary>
public sealed class CallersCodeInFits : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly LabeledRows _rows = new(60);

    public void Dispose() => _folder.Dispose();

    /// <summary>Another fit in every report, and another classifier's step when the token is canceled.</summary>
    [Fact]
    public void HandlersMayCallTheLibrary()
    {
        SoftmaxClassifier<string> expected = _rows.Fitted(), fitted = _rows.New();
        SoftmaxClassifier<string> stepped = _rows.Fitted(), alsoStepped = _rows.Fitted();
        ProgressRecord inside = new() { Then = _ => SameParameters(expected, _rows.Fitted()) };

        fitted.Fit(_rows.Features, _rows.Labels, progress: inside);

        Assert.NotEmpty(inside.All);
        SameParameters(expected, fitted);
        stepped.PartialFit(_rows.Features, _rows.Labels);
        using CancellationTokenSource source = new();
        using CancellationTokenRegistration registration =
            source.Token.Register(() => alsoStepped.PartialFit(_rows.Features, _rows.Labels));
        FitReport report = _rows.New().Fit(
            _rows.Features, _rows.Labels, progress: new ProgressRecord { Then = _ => source.Cancel() }, cancellationToken: source.Token);
        Assert.Equal(StopReason.Canceled, report.Reason);
        SameParameters(stepped, alsoStepped);
    }

    /// <summary>At every report that there is; the classifier is as it was and learns the same afterwards.</summary>
    [Fact]
    public void AHandlerThatThrowsLeavesTheClassifierAsItWas()
    {
        ProgressRecord all = new();
        SoftmaxClassifier<string> expected = _rows.New();
        expected.Fit(_rows.Features, _rows.Labels, progress: all);
        for (int last = 1; last <= all.All.Count; last++)
        {
            SoftmaxClassifier<string> classifier = _rows.New();
            int told = 0;
            ProgressRecord progress = new()
            {
                Then = _ =>
                {
                    if (++told == last)
                    {
                        throw new TimeoutException();
                    }
                },
            };

            Assert.Throws<TimeoutException>(() => classifier.Fit(_rows.Features, _rows.Labels, progress: progress));

            SameParameters(_rows.New(), classifier);
            classifier.Fit(_rows.Features, _rows.Labels);
            SameParameters(expected, classifier);
        }
    }

    [Fact]
    public void AComparerThatThrowsLeavesTheClassifierAsItWas()
    {
        FailingComparer comparer = new();
        SoftmaxClassifier<string> classifier = new(6, _rows.New().Classes, comparer);
        comparer.CallsToGo = 7;

        Assert.Throws<TimeoutException>(() => classifier.PartialFit(_rows.Features, _rows.Labels));

        comparer.CallsToGo = int.MaxValue;
        SameParameters(_rows.New(), classifier);
        SoftmaxClassifier<string> expected = _rows.New();
        expected.PartialFit(_rows.Features, _rows.Labels);
        classifier.PartialFit(_rows.Features, _rows.Labels);
        SameParameters(expected, classifier);
    }

    /// <summary>The file is closed: it can be written again, and loaded.</summary>
    [Fact]
    public void AParserThatThrowsOrLoadsLeavesTheFileClosed()
    {
        SoftmaxClassifier<string> saved = _rows.Fitted();
        saved.Save(_folder.File);

        Assert.Throws<TimeoutException>(() => SoftmaxClassifier<string>.Load(
            _folder.File, text => text == "blue" ? throw new TimeoutException() : text));
        SoftmaxClassifier<string> nested = SoftmaxClassifier<string>.Load(_folder.File, text =>
        {
            SameParameters(saved, SoftmaxClassifier<string>.Load(_folder.File));
            return text;
        });

        SameParameters(saved, nested);
        using (new FileStream(_folder.File, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
        }
    }

    private static void SameParameters(SoftmaxClassifier<string> expected, SoftmaxClassifier<string> actual)
    {
        Exactly.SameBits<float>(expected.Weights, actual.Weights, "weights");
        Exactly.SameBits<float>(expected.Bias, actual.Bias, "bias");
    }

    private sealed class FailingComparer : IEqualityComparer<string>
    {
        public int CallsToGo { get; set; } = int.MaxValue;

        public bool Equals(string? x, string? y) => x == y;

        public int GetHashCode(string text) =>
            CallsToGo-- > 0 ? text.GetHashCode(StringComparison.Ordinal) : throw new TimeoutException();
    }
}
