using Samples;

namespace NextWord;

/// <summary>The sample from beginning to end.</summary>
internal static class Story
{
    private const int Continuations = 5;
    private const int BeginningWords = 3;

    public static void Tell(Corpus corpus, Settings settings)
    {
        Random random = new(settings.Seed);
        Model model = new(corpus.Vocabulary.Count, settings.Features, random);
        Training training = new(model, corpus, settings, random);
        Report.Start(corpus, model, settings);

        Report.Training(settings);
        IReadOnlyList<Epoch> epochs = TrainingProgress.Show(training);

        Report.Perplexities(corpus, epochs, new HeldOutTest(model, corpus, settings).LossOfWordFrequencies());
        Report.Speed(training);
        if (settings.Filter > 0)
        {
            Report.Filter(settings, epochs);
        }

        Report.Continuations(corpus.Vocabulary, Continue(model, corpus, settings.Context, random));
    }

    /// <summary>How it goes on after the first words of some held-out sentences, or after none if no beginning is known.</summary>
    private static IEnumerable<(int[] Beginning, List<int> Continuation)> Continue(Model model, Corpus corpus, int context, Random random)
    {
        int[][] beginnings =
        [
            .. corpus.HeldOutSentences
                .Where(sentence => sentence.Length > BeginningWords)
                .Select(sentence => sentence.Take(BeginningWords).Select(corpus.Vocabulary.Number).ToArray())
                .Where(beginning => !beginning.Contains(Vocabulary.Unknown))
                .DistinctBy(beginning => string.Join(' ', beginning))
                .DefaultIfEmpty([]),
        ];
        random.Shuffle(beginnings);
        Continuation continuation = new(model, context, random);
        return beginnings.Take(Continuations).Select(beginning => (beginning, continuation.After(beginning)));
    }
}
