using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using OutputGrad.Fuzz.Targets;

namespace OutputGrad.Fuzz;

/// <summary>A bounded run: so many inputs from a seed, on several threads.</summary>
/// <remarks>
/// A fault that is thrown is printed, and its input written. A stray access ends the process, and a call that does not return ends the run:
/// what every thread is at stands in a file of its own all the time, as the options of the run that repeats it.
/// </remarks>
/// <param name="inputs">What is run.</param>
/// <param name="seed">The run's.</param>
/// <param name="folder">Where files are written.</param>
internal sealed class FuzzRun(InputMaker inputs, int seed, DirectoryInfo folder)
{
    private const int MostFaults = 20;

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2), ReportInterval = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, int> _executions = new();
    private readonly ConcurrentQueue<string> _faults = new();
    private long _next;
    private long _done;

    /// <returns>How many faults there were.</returns>
    public int Run(long first, long count, int threads)
    {
        folder.Create();
        _next = first;
        Stopwatch clock = Stopwatch.StartNew();
        Thread[] workers = [.. Enumerable.Range(0, threads).Select(worker => new Thread(() => Work(worker, first + count)))];
        Array.ForEach(workers, worker => worker.Start());
        long before = -1;
        TimeSpan idle = TimeSpan.Zero, sinceReport = TimeSpan.Zero;
        foreach (Thread worker in workers)
        {
            while (!worker.Join(TimeSpan.FromSeconds(1)))
            {
                long done = Interlocked.Read(ref _done);
                idle = done == before ? idle + TimeSpan.FromSeconds(1) : TimeSpan.Zero;
                before = done;
                sinceReport += TimeSpan.FromSeconds(1);
                if (sinceReport >= ReportInterval)
                {
                    Say($"{done} executions in {clock.Elapsed.TotalSeconds:F0} s");
                    sinceReport = TimeSpan.Zero;
                }

                if (idle > Patience)
                {
                    Say($"No execution has ended for {Patience.TotalSeconds} s; what runs is in {folder.FullName}/running-*.");
                    Environment.Exit(1);
                }
            }
        }

        IEnumerable<string> parts = _executions.OrderBy(part => part.Key).Select(part => $"{part.Key} {part.Value}");
        Say($"by target: {string.Join(", ", parts)}");
        Say($"{_done} executions in {clock.Elapsed.TotalSeconds:F0} s, seed {seed}, {_faults.Count} faults");
        return _faults.Count;
    }

    private void Work(int worker, long end)
    {
        string path = Path.Combine(folder.FullName, string.Create(CultureInfo.InvariantCulture, $"running-{worker}"));
        using FuzzMemory memory = new();
        using (FileStream running = new(path, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0))
        {
            for (long number = Interlocked.Increment(ref _next) - 1; number < end; number = Interlocked.Increment(ref _next) - 1)
            {
                running.Position = 0;
                running.Write(Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Options(number),-80}\n")));
                Try(number, memory);
                Interlocked.Increment(ref _done);
                if (_faults.Count >= MostFaults)
                {
                    break;
                }
            }
        }

        File.Delete(path);
    }

    private void Try(long number, FuzzMemory memory)
    {
        byte[] bytes = inputs.Make(number);
        try
        {
            _executions.AddOrUpdate(FuzzTarget.Run(bytes, memory).Name, 1, (_, times) => times + 1);
        }
        catch (Exception fault)
        {
            string path = Path.Combine(folder.FullName, string.Create(CultureInfo.InvariantCulture, $"fault-{seed}-{number}"));
            File.WriteAllBytes(path, bytes);
            _faults.Enqueue(path);
            Say($"FAULT with {Options(number)} or --replay {path}:\n{fault}");
        }
    }

    private string Options(long number) => string.Create(CultureInfo.InvariantCulture, $"--seed {seed} --first {number} --executions 1");

    private static void Say(FormattableString text) => Console.WriteLine(text.ToString(CultureInfo.InvariantCulture));
}
