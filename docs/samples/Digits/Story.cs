using Digits.Pictures;
using Samples;

namespace Digits;

/// <summary>The sample from beginning to end.</summary>
internal static class Story
{
    public static void Tell(int seed, string folder)
    {
        (DigitSet training, DigitSet test) = DigitSet.Load();
        Random random = new(seed);
        Classifier classifier = new(random);

        Report.Start(training, test, seed);
        Report.OneDial(NudgedDial.Steepest(classifier, training));

        GradientDescent descent = new(classifier, training, test, random);
        Report.Training(descent);
        IReadOnlyList<Epoch> epochs = TrainingProgress.Show(descent);
        WrongAnswer wrong = WrongAnswer.LeastSure(classifier, test);

        Report.Accuracy(epochs[^1]);
        Report.Check(GradientCheck.Run(classifier, test));
        Report.TopDials(wrong);
        Report.Pictures(
            LossCurve.Save(epochs, Path.Combine(folder, "loss-curve.png")),
            GradientPicture.Save(wrong, Path.Combine(folder, "gradient-of-a-wrong-answer.png")));
    }
}
