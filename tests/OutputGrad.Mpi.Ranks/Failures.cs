using System.Diagnostics;
using System.Runtime.CompilerServices;
using OutputGrad.Mpi.Binding;

namespace OutputGrad.Mpi.Ranks;

/// <summary>Ranks that fail while the others wait for them, and what MPI itself refuses.</summary>
internal static class Failures
{
    public static void Throw(MpiCommunicator world)
    {
        if (IsTheOneThatFails(world))
        {
            throw new NotSupportedException("this rank had enough");
        }

        world.Barrier();
    }

    public static void Exit(MpiCommunicator world)
    {
        if (IsTheOneThatFails(world))
        {
            Environment.Exit(0);
        }

        world.Barrier();
    }

    /// <summary>As by a signal that cannot be caught.</summary>
    public static void Die(MpiCommunicator world)
    {
        if (IsTheOneThatFails(world))
        {
            Process.GetCurrentProcess().Kill();
        }

        world.Barrier();
    }

    public static unsafe void MpiError(MpiCommunicator world)
    {
        try
        {
            MpiErrors.Check(
                MpiNative.MPI_Bcast(null, 0, MpiLibrary.Loaded.Handles.Byte, 99, MpiLibrary.Loaded.Handles.World),
                nameof(MpiNative.MPI_Bcast));
        }
        catch (MpiException e)
        {
            Verify.That(e.Function == "MPI_Bcast" && e.ErrorCode != 0, "the function and the code");
            Verify.That(e.Message.StartsWith("MPI_Bcast failed: ", StringComparison.Ordinal), e.Message);
            Verify.That(e.Message.Contains("root", StringComparison.OrdinalIgnoreCase), $"MPI's own text: {e.Message}");
            return;
        }

        throw new InvalidOperationException("MPI took a root that is no rank.");
    }

    /// <summary>MPI cannot be started again, and a communicator does not outlive it.</summary>
    public static void AfterTheEnd(MpiCommunicator world)
    {
        Verify.Throws<InvalidOperationException>(() => MpiProgram.Run(_ => { }), "no process can start it again");
        Verify.Throws<ObjectDisposedException>(world.Barrier, nameof(MpiCommunicator));
        world.Dispose();
    }

    /// <summary>Exceptions that .NET makes of the processor's faults are still exceptions.</summary>
    public static void NullReferences(MpiCommunicator world)
    {
        int caught = 0;
        for (int i = 0; i < 100; i++)
        {
            try
            {
                _ = LengthOf(null!);
            }
            catch (NullReferenceException)
            {
                caught++;
            }
        }

        Verify.That(caught == 100, $"null references caught: {caught}");
    }

    /// <summary>Calls of another thread than the first, and two threads at once.</summary>
    public static void Threads(MpiCommunicator world)
    {
        float[] values = [1];
        Thread other = new(() => world.Sum<float>(values));
        other.Start();
        other.Join();
        Verify.That(values[0] == world.Size, "a sum by another thread");
        if (world.Size == 1)
        {
            return;
        }

        using ManualResetEventSlim isOver = new();
        Thread waiting = new(() =>
        {
            world.Barrier();
            isOver.Set();
        });
        if (world.Rank == 0)
        {
            waiting.Start();
            Thread.Sleep(200);
            Verify.Throws<InvalidOperationException>(world.Barrier, "Another thread");
            waiting.Join();
        }
        else
        {
            Thread.Sleep(1_000);
            world.Barrier();
        }
    }

    /// <summary>The last rank, once all are there; says when.</summary>
    private static bool IsTheOneThatFails(MpiCommunicator world)
    {
        world.Barrier();
        if (world.Rank < world.Size - 1)
        {
            return false;
        }

        Console.WriteLine($"fails at {DateTimeOffset.UtcNow.ToUnixTimeMilliseconds()}");
        return true;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int LengthOf(string text) => text.Length;
}
