using OutputGrad.Training;
using static Samples.Printout;

namespace Intents;

/// <summary>What the sample says, in plain lines that read the same in a terminal and in a file.</summary>
internal static class Report
{
    private const int ConfusionCount = 10;

    public static void Start(IReadOnlyCollection<Question> training, IReadOnlyCollection<Question> test, Embedder embedder)
    {
        Line($"{training.Count} questions to a bank to train on, {test.Count} others to test on");
        Title($"Embeddings: {embedder.Name}");
    }

    public static void Embedded(int count, TimeSpan time, string path) =>
        Line($"embedded {count} questions in {time.TotalSeconds:0.0} s, kept in {path}");

    public static void ReadEmbeddings(string path) => Line($"read from {path}");

    public static void FitStart(SoftmaxClassifier<string> classifier, EmbeddedQuestions questions, double c) =>
        Title($"Fit: {questions.Count} questions x {classifier.Features} numbers x {classifier.Classes.Count} intents, C = {c}");

    public static void FitEnd(FitReport fit, TimeSpan time)
    {
        Line($"{Ending(fit.Reason)}: {fit.Iterations} iterations, {fit.Evaluations} gradients, {time.TotalSeconds:0.0} s");
        Line($"loss {fit.Loss:0.0000}, with the penalty {fit.Objective:0.0000}");
    }

    public static void Accuracy(Evaluation<string> evaluation)
    {
        Title($"How well it answers {evaluation.Rows} questions that it has not seen");
        Line($"test accuracy   {evaluation.Accuracy:0.0000}");
        Line($"top-{evaluation.TopK} accuracy  {evaluation.TopKAccuracy:0.0000}");
        Line($"log-loss        {evaluation.LogLoss:0.0000}");

        Title("The intents that it confuses most often");
        foreach (Confusion<string> pair in evaluation.ConfusionMatrix.MostConfused(ConfusionCount))
        {
            Line($"{pair.Count,2} times  {pair.Actual} taken for {pair.Predicted}");
        }
    }

    public static void Calibrations(int heldOut, Calibration before, Calibration after)
    {
        Title($"Calibration on the {heldOut} questions that were held out of this fit");
        Line("on the test questions  accuracy  confidence  calibration error  log-loss");
        Line($"uncalibrated           {Figures(before)}");
        Line($"temperature {after.Temperature:0.000}      {Figures(after)}");

        static string Figures(Calibration one) =>
            $"{one.Accuracy,8:0.0000}  {one.Confidence,10:0.0000}  {one.ExpectedError,17:0.0000}  {one.LogLoss,8:0.0000}";
    }

    public static void Answers(string question, IEnumerable<Prediction<string>> answers)
    {
        Title($"\"{question}\"");
        foreach (Prediction<string> answer in answers)
        {
            Line($"{answer.Probability,6:0.0 %}  {answer.Label}");
        }
    }

    public static void Saved(SavedClassifier saved, EmbeddedQuestions test)
    {
        Title("Saved and loaded");
        Line($"wrote {saved.Path}, {saved.Bytes} bytes");
        Line($"different probabilities  {saved.Differences(test)}  of {test.Count} x {saved.Loaded.Classes.Count}, to the last bit");
    }

    public static void Taught(Understanding before, Understanding after)
    {
        Title($"Taught {Lesson.Intent} in words that are new to it: {Lesson.Steps} steps on {Lesson.Examples.Count} examples");
        foreach (string example in Lesson.Examples)
        {
            Line($"example  {example}");
        }

        Line($"asked    {Lesson.Asked}");
        Line($"before   {Figures(before)}");
        Line($"after    {Figures(after)}");

        static string Figures(Understanding one) =>
            $"{one.Probability,6:0.0 %} {Lesson.Intent}; answered {one.Answer}; test accuracy {one.TestAccuracy:0.0000}";
    }

    public static void Picture(string path)
    {
        Title("Picture");
        Line($"wrote {path}");
    }

    private static string Ending(StopReason reason) => reason switch
    {
        StopReason.Converged => "converged",
        StopReason.Canceled => "canceled, with the best weights so far",
        StopReason.MaxIterations => "not converged",
        _ => "as far down as float goes",
    };
}
