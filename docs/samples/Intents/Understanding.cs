using OutputGrad.Training;

namespace Intents;

/// <summary>What the classifier makes of the lesson's question, and of all the test questions.</summary>
/// <param name="Answer">The most likely intent.</param>
/// <param name="Probability">The probability of the lesson's intent.</param>
/// <param name="TestAccuracy">The share of test questions that are answered rightly.</param>
internal sealed record Understanding(string Answer, float Probability, double TestAccuracy)
{
    public static Understanding Of(SoftmaxClassifier<string> classifier, ReadOnlySpan<float> asked, EmbeddedQuestions test)
    {
        Prediction<string>[] intents = new Prediction<string>[classifier.Classes.Count];
        classifier.Predict(asked, intents);
        float probability = intents.First(intent => intent.Label == Lesson.Intent).Probability;
        return new(intents[0].Label, probability, classifier.Evaluate(test.Vectors, test.Intents).Accuracy);
    }
}
