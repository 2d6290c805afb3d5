using Spectre.Console;

namespace Samples;

/// <summary>Shows a piece of work as it goes: a progress bar in a terminal, a few plain lines in a file or a pipe.</summary>
public static class WorkProgress
{
    // Besides the one for the start.
    private const int Lines = 5;

    /// <param name="work">Tells how far it is on the thread that it runs on.</param>
    public static T Show<T>(Func<IProgress<WorkDone>, T> work) =>
        TerminalBar.IsSeen ? TerminalBar.Show(1, task => work(new Bar(task))) : work(new PlainLines());

    private sealed class Bar(ProgressTask task) : IProgress<WorkDone>
    {
        public void Report(WorkDone value)
        {
            task.Value = value.Share;
            task.Description = Markup.Escape(value.Summary);
        }
    }

    private sealed class PlainLines : IProgress<WorkDone>
    {
        private int _written;

        public void Report(WorkDone value)
        {
            int due = 1 + (int)(value.Share * Lines);
            if (due > _written)
            {
                _written = due;
                Printout.Line(value.Summary);
            }
        }
    }
}
