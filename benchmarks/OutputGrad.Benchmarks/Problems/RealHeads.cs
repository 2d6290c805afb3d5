namespace OutputGrad.Benchmarks.Problems;

/// <summary>The output layers of two published language models: more classes than most layers have, for few rows at a time.</summary>
internal static class RealHeads
{
    /// <summary>A row of Qwen3-0.6B: 151,936 classes, 1024 features.</summary>
    public const string QwenRow = "1x1024x151936";

    /// <summary>A row of Gemma 3 270M: 262,144 classes, 640 features.</summary>
    public const string GemmaRow = "1x640x262144";

    public static LayerShape Qwen(int rows) => LayerShape.Parse(QwenRow) with { Rows = rows };

    public static LayerShape Gemma(int rows) => LayerShape.Parse(GemmaRow) with { Rows = rows };
}
