using OutputGrad.Training;

namespace Intents;

/// <summary>A way of speaking that the questions do not have, taught by a few examples.</summary>
internal static class Lesson
{
    public const string Intent = "card_swallowed";
    public const int Steps = 10;

    /// <summary>In the same way of speaking, and not among the examples.</summary>
    public const string Asked = "The hole in the wall won't give my plastic back";

    // Five times as much teaches sooner, and costs a point of test accuracy in as many steps.
    private const double LearningRate = 0.01;

    public static IReadOnlyList<string> Examples { get; } =
    [
        "That hole in the wall had my plastic for breakfast",
        "My plastic went in at the hole in the wall and stayed there",
        "The hole in the wall kept my plastic",
        "Your hole in the wall munched my plastic",
    ];

    /// <param name="classifier">What learns.</param>
    /// <param name="examples">The examples' vectors, row-major.</param>
    public static void Teach(SoftmaxClassifier<string> classifier, ReadOnlySpan<float> examples)
    {
        string[] intents = [.. Examples.Select(_ => Intent)];
        for (int step = 0; step < Steps; step++)
        {
            classifier.PartialFit(examples, intents, LearningRate);
        }
    }
}
