using OutputGrad.Training;

namespace Intents;

/// <summary>Whether the probabilities are what they say: of answers given with 80 %, 80 % should be right.</summary>
/// <param name="Temperature">By what the classifier divides its logits.</param>
/// <param name="LogLoss">The mean of -log p of the true intents.</param>
/// <param name="Confidence">The mean probability of the answers.</param>
/// <param name="Accuracy">The share of right answers.</param>
/// <param name="ExpectedError">
/// The expected calibration error: the distance between confidence and accuracy, each within 15 equally wide bins of confidence, averaged
/// over the answers. C. Guo et al., "On Calibration of Modern Neural Networks", 2017, section 2.
/// </param>
internal sealed record Calibration(double Temperature, double LogLoss, double Confidence, double Accuracy, double ExpectedError)
{
    private const int Bins = 15;

    public static Calibration Of(SoftmaxClassifier<string> classifier, EmbeddedQuestions questions)
    {
        Span<double> surplus = stackalloc double[Bins];
        double confidence = 0;
        for (int i = 0; i < questions.Count; i++)
        {
            Prediction<string> answer = classifier.Predict(questions.Vector(i));
            int bin = Math.Min((int)(answer.Probability * Bins), Bins - 1);
            surplus[bin] += answer.Probability - (answer.Label == questions.Intents[i] ? 1 : 0);
            confidence += answer.Probability;
        }

        double error = 0;
        foreach (double sum in surplus)
        {
            error += Math.Abs(sum);
        }

        Evaluation<string> evaluation = classifier.Evaluate(questions.Vectors, questions.Intents);
        return new(
            classifier.Temperature, evaluation.LogLoss, confidence / questions.Count, evaluation.Accuracy, error / questions.Count);
    }
}
