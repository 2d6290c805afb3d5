using System.Diagnostics;
using Microsoft.Extensions.AI;
using OutputGrad.Training;

namespace Intents;

/// <summary>The sample from beginning to end.</summary>
internal static class Story
{
    private const int AnswerCount = 3;

    public static void Tell(IEmbeddingGenerator<string, Embedding<float>> encoder, Settings settings)
    {
        Embedder embedder = new(encoder);
        (EmbeddedQuestions training, EmbeddedQuestions test) = Embed(embedder, settings);

        SoftmaxClassifier<string> classifier = Fit(training, settings.C);
        Evaluation<string> evaluation = classifier.Evaluate(test.Vectors, test.Intents);
        Report.Accuracy(evaluation);

        SoftmaxClassifier<string> calibrated = FitAndCalibrate(training, test, settings.C);
        Prediction<string>[] answers = new Prediction<string>[AnswerCount];
        calibrated.Predict(embedder.Embed(settings.Question), answers);
        Report.Answers(settings.Question, answers);

        SavedClassifier saved = new(calibrated, Path.Combine(settings.Folder, "classifier.safetensors"));
        Report.Saved(saved, test);

        Update(saved.Loaded, embedder, test);
        Report.Picture(ConfusionPicture.Save(evaluation, Path.Combine(settings.Folder, "confusions.png")));
    }

    private static (EmbeddedQuestions Training, EmbeddedQuestions Test) Embed(Embedder embedder, Settings settings)
    {
        EmbeddingCache cache = new(embedder, settings.Folder);
        Question[] training = QuestionSet.Training(settings.PerIntent);
        Question[] test = QuestionSet.Test(settings.PerIntent);
        Report.Start(training, test, embedder);
        return (cache.Embed("training", training), cache.Embed("test", test));
    }

    private static SoftmaxClassifier<string> Fit(EmbeddedQuestions questions, double c)
    {
        SoftmaxClassifier<string> classifier = new(questions.Features, questions.Intents.Distinct().Order(StringComparer.Ordinal));
        Report.FitStart(classifier, questions, c);
        Stopwatch watch = Stopwatch.StartNew();
        FitReport fit = WatchedFit.Run(classifier, questions, c);
        Report.FitEnd(fit, watch.Elapsed);
        return classifier;
    }

    /// <summary>Calibration wants questions that no weight has been fitted to, so a part of them is kept from this fit.</summary>
    private static SoftmaxClassifier<string> FitAndCalibrate(EmbeddedQuestions training, EmbeddedQuestions test, double c)
    {
        EmbeddedQuestions heldOut = training.Where(QuestionSet.IsHeldOut);
        SoftmaxClassifier<string> classifier = Fit(training.Where(question => !QuestionSet.IsHeldOut(question)), c);
        Calibration before = Calibration.Of(classifier, test);
        classifier.Calibrate(heldOut.Vectors, heldOut.Intents);
        Report.Calibrations(heldOut.Count, before, Calibration.Of(classifier, test));
        return classifier;
    }

    private static void Update(SoftmaxClassifier<string> classifier, Embedder embedder, EmbeddedQuestions test)
    {
        float[] asked = embedder.Embed(Lesson.Asked);
        Understanding before = Understanding.Of(classifier, asked, test);
        Lesson.Teach(classifier, embedder.Embed(Lesson.Examples));
        Report.Taught(before, Understanding.Of(classifier, asked, test));
    }
}
