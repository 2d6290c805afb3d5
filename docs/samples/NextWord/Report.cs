using static Samples.Printout;

namespace NextWord;

/// <summary>What the sample says, in plain lines that read the same in a terminal and in a file.</summary>
internal static class Report
{
    public static void Start(Corpus corpus, Model model, Settings settings)
    {
        int unknown = corpus.HeldOut.Targets.Count(Vocabulary.Unknown);
        Line($"{corpus.TrainingSentences} sentences to train, {corpus.HeldOutSentences.Count} held out, every tenth of the text");
        Line($"{corpus.Training.Count} words to train, {corpus.HeldOut.Count} held out, punctuation marks and ends of sentences included");
        Line($"{model.Words} words known; {unknown} of the held-out ones are not, and count as one word, <unknown>");
        int dials = model.Embeddings.Length + model.Weights.Length + model.Bias.Length;
        Line($"{dials} dials: {model.Features} of each word's embedding, as many of the layer, and a bias");
        Line($"seed {settings.Seed} makes their random start");
    }

    public static void Training(Settings settings)
    {
        string filter = settings.Filter > 0 ? $", filter {settings.Filter}" : "";
        Title($"Training: {settings.Epochs} times through, {settings.Batch} words at a time, the last {settings.Context} before each, "
            + $"{settings.Optimizer} {settings.LearningRate}, weight decay {settings.WeightDecay}{filter}");
    }

    public static void Perplexities(Corpus corpus, IReadOnlyList<Epoch> epochs, double lossOfWordFrequencies)
    {
        double untrained = Perplexity.Of(epochs[0].HeldOutLoss);
        double frequencies = Perplexity.Of(lossOfWordFrequencies);
        double trained = Perplexity.Of(epochs[^1].HeldOutLoss);
        Title($"How unsure it is of {corpus.HeldOut.Count} held-out words (perplexity: as between so many equally likely ones)");
        Line($"untrained         {untrained,8:0.0}  {untrained / trained:0.00} times trained");
        Line($"word frequencies  {frequencies,8:0.0}  {frequencies / trained:0.00} times trained");
        Line($"trained           {trained,8:0.0}");
    }

    public static void Speed(Training training)
    {
        Title("How long training took");
        double seconds = training.Elapsed.TotalSeconds;
        double inLayer = training.ElapsedInLayer.TotalSeconds;
        Line($"in all               {seconds:0.00} s for {training.Rows} words, {training.Rows / seconds:0} rows per second");
        Line($"in the output layer  {inLayer:0.00} s, {inLayer / seconds:0 %}");
    }

    public static void Filter(Settings settings, IReadOnlyList<Epoch> epochs)
    {
        double mass = epochs.Max(epoch => epoch.FilteredMass);
        Title($"What the filter left out: residuals smaller than {settings.Filter}");
        Line($"largest filtered mass  {mass:0.0000}  the most that one row's left-out residuals add up to");
        Line("no slope of a hidden vector is off by more than this times the largest weight, before the division by the batch");
    }

    public static void Continuations(Vocabulary vocabulary, IEnumerable<(int[] Beginning, List<int> Continuation)> continuations)
    {
        Title("How it goes on where held-out sentences begin");
        foreach ((int[] beginning, List<int> continuation) in continuations)
        {
            Line($"{Text(vocabulary, beginning)} ... {Text(vocabulary, continuation)}");
        }
    }

    private static string Text(Vocabulary vocabulary, IEnumerable<int> words) => string.Join(' ', words.Select(word => vocabulary[word]));
}
