using OutputGrad;

namespace NextWord;

/// <summary>How well the held-out part is predicted: its mean loss per word.</summary>
internal sealed class HeldOutTest(Model model, Corpus corpus, Settings settings)
{
    private readonly Batch _batch = new(model, corpus.HeldOut, settings.Batch);
    private readonly CrossEntropyOptions _options = new() { MaxDegreeOfParallelism = settings.Threads };

    public double Loss()
    {
        double sum = 0;
        foreach (int[] places in corpus.HeldOut.Places.Chunk(settings.Batch))
        {
            _batch.Gather(places);
            sum += LinearCrossEntropy.Loss(model.Layer, _batch.Rows, _options).Loss * places.Length;
        }

        return sum / corpus.HeldOut.Count;
    }

    /// <summary>What to compare with: every word is as likely as it is frequent in the training part, whatever stands before it.</summary>
    public double LossOfWordFrequencies()
    {
        // One more of each, so that none is impossible.
        double[] frequency = new double[corpus.Vocabulary.Count];
        Array.Fill(frequency, 1);
        foreach (int word in corpus.Training.Targets)
        {
            frequency[word]++;
        }

        double total = frequency.Sum();
        double sum = 0;
        foreach (int word in corpus.HeldOut.Targets)
        {
            sum -= Math.Log(frequency[word] / total);
        }

        return sum / corpus.HeldOut.Count;
    }
}
