using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace OutputGrad.Peers.Fit;

/// <summary>A process of Python that has scikit-learn; it runs scikit_learn_fit.py and answers one line to each.</summary>
internal sealed class ScikitLearn : IDisposable
{
    // The second is the system's own, which another one may stand before.
    private static readonly string[] Pythons = ["python3", "/usr/bin/python3"];

    private readonly Process _process;

    private ScikitLearn(Process process, JsonElement versions)
    {
        _process = process;
        Versions = $"scikit-learn {versions.GetProperty("sklearn")} (numpy {versions.GetProperty("numpy")}, "
            + $"scipy {versions.GetProperty("scipy")}, {versions.GetProperty("blas")})";
    }

    /// <summary>What runs there.</summary>
    public string Versions { get; }

    /// <summary>Starts the first Python that has scikit-learn, with as many threads; null where none has it.</summary>
    public static ScikitLearn? Start(int threads, params string[] arguments) =>
        Pythons.Select(python => Start(python, threads, arguments)).FirstOrDefault(started => started is not null);

    /// <summary>Sends a request and waits for its answer.</summary>
    /// <exception cref="InvalidOperationException">The process ended instead; its errors are on the console.</exception>
    public JsonElement Ask(object request)
    {
        _process.StandardInput.WriteLine(JsonSerializer.Serialize(request));
        return Answer(_process) ?? throw new InvalidOperationException("The process of scikit-learn has ended.");
    }

    public void Dispose()
    {
        _process.StandardInput.Close();
        _process.WaitForExit();
        _process.Dispose();
    }

    private static ScikitLearn? Start(string python, int threads, string[] arguments)
    {
        string script = Path.Combine(AppContext.BaseDirectory, "Fit", "scikit_learn_fit.py");
        ProcessStartInfo start = new(python, [script, .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (string variable in (string[])["OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"])
        {
            start.Environment[variable] = threads.ToString(CultureInfo.InvariantCulture);
        }

        if (!HasScikitLearn(python))
        {
            return null;
        }

        Process process = Process.Start(start)!;
        return Answer(process) is { } versions ? new(process, versions) : null;
    }

    private static bool HasScikitLearn(string python)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(python, ["-c", "import sklearn"]) { RedirectStandardError = true })!;
            process.StandardError.ReadToEnd();
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;   // there is no such program
        }
    }

    private static JsonElement? Answer(Process process) =>
        process.StandardOutput.ReadLine() is { } line ? JsonSerializer.Deserialize<JsonElement>(line) : null;
}
