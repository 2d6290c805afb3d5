using System.Diagnostics;
using System.Globalization;
using System.Runtime;
using OutputGrad.Benchmarks.Problems;

namespace OutputGrad.Benchmarks.Measurement;

/// <summary>The first calls of a process, which the runtime compiles them for.</summary>
/// <param name="Seconds">What the first call took.</param>
/// <param name="CompilerSeconds">Of that, the compiler.</param>
/// <param name="Methods">How many methods it compiled.</param>
/// <param name="CallsUntilFast">After how many calls they are nearly as fast as they ever get.</param>
/// <param name="SecondsUntilFast">After what time.</param>
internal sealed record FirstCalls(double Seconds, double CompilerSeconds, int Methods, int CallsUntilFast, double SecondsUntilFast)
{
    /// <summary>The first argument of the process that makes the calls.</summary>
    public const string Verb = "first-calls";

    private const double Enough = 1.1;
    private const int Window = 15;

    // Past all recompilation in the background, which waits for a tenth of a second without anything new.
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(2);

    /// <summary>In a process of their own.</summary>
    public static FirstCalls InNewProcess(LayerShape shape)
    {
        ProcessStartInfo start = new(Environment.ProcessPath!, [Verb, shape.ToString()]) { RedirectStandardOutput = true };
        using Process process = Process.Start(start) ?? throw new InvalidOperationException("The process did not start.");
        double[] figures = [.. process.StandardOutput.ReadToEnd().Split().Where(text => text != "").Select(Parse)];
        process.WaitForExit();
        return figures.Length == 5
            ? new(figures[0], figures[1], (int)figures[2], (int)figures[3], figures[4])
            : throw new InvalidOperationException($"The process that makes the first calls ended with {process.ExitCode}.");

        static double Parse(string text) => double.Parse(text, CultureInfo.InvariantCulture);
    }

    /// <summary>Makes the calls, which nothing of the library may precede, and prints the figures.</summary>
    public static void Print(LayerShape shape)
    {
        LayerProblem<float> problem = new(shape);
        CrossEntropyOptions options = new() { MaxDegreeOfParallelism = 1 };
        int methods = (int)JitInfo.GetCompiledMethodCount(currentThread: true);
        TimeSpan compiler = JitInfo.GetCompilationTime(currentThread: true);
        long start = Stopwatch.GetTimestamp(), last = start;
        List<double> calls = [];
        do
        {
            problem.LossAndGradient(options);
            long now = Stopwatch.GetTimestamp();
            calls.Add(Stopwatch.GetElapsedTime(last, now).TotalSeconds);
            if (calls.Count == 1)
            {
                methods = (int)JitInfo.GetCompiledMethodCount(currentThread: true) - methods;
                compiler = JitInfo.GetCompilationTime(currentThread: true) - compiler;
            }

            last = now;
        }
        while (Stopwatch.GetElapsedTime(start) < Time);

        int until = CallsUntil(calls);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{calls[0]} {compiler.TotalSeconds} {methods} {until} {calls.Take(until).Sum()}"));
    }

    /// <summary>The calls before the first few of which the median is near that of the last half.</summary>
    private static int CallsUntil(List<double> calls)
    {
        double fast = Enough * Timings.Median(calls[(calls.Count / 2)..]);
        int first = 0;
        while (first + Window < calls.Count && Timings.Median(calls[first..(first + Window)]) > fast)
        {
            first++;
        }

        return first;
    }
}
