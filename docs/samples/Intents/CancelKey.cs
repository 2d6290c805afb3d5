namespace Intents;

/// <summary>Ctrl-C asks for an end the first time, and ends the program the second time.</summary>
internal sealed class CancelKey : IDisposable
{
    private readonly CancellationTokenSource _source = new();

    public CancelKey() => Console.CancelKeyPress += OnPressed;

    public CancellationToken Token => _source.Token;

    public void Dispose()
    {
        Console.CancelKeyPress -= OnPressed;
        _source.Dispose();
    }

    private void OnPressed(object? sender, ConsoleCancelEventArgs pressed)
    {
        pressed.Cancel = !_source.IsCancellationRequested;
        _source.Cancel();
    }
}
