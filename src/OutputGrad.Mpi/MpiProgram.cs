using OutputGrad.Mpi.Binding;

namespace OutputGrad.Mpi;

/// <summary>A program of several processes, the ranks, that mpirun has started on one machine or many.</summary>
/// <remarks>
/// <code>
/// return MpiProgram.Run(world =>
/// {
///     Console.WriteLine($"rank {world.Rank} of {world.Size}");
/// });
/// </code>
/// <c>mpirun -n 4 dotnet program.dll</c> starts four ranks. Without mpirun the same program is one rank.
/// <para>
/// The MPI is the one whose mpirun started the program: Open MPI, MPICH and its kin, or any with the standard ABI of MPI-5.0. The
/// environment variable OUTPUTGRAD_MPI names the library of one that is not found.
/// </para>
/// </remarks>
public static class MpiProgram
{
    /// <summary>What the MPI in use says it is, for reports: its name and version.</summary>
    /// <exception cref="DllNotFoundException">No MPI is installed; the message says what to install.</exception>
    /// <exception cref="NotSupportedException">It is none that is known here.</exception>
    public static string MpiVersion => MpiLibrary.Loaded.Version;

    /// <summary>Starts MPI, runs this rank's part, and ends MPI.</summary>
    /// <param name="program">This rank's part, which gets the communicator of all ranks. It lives until the part is done.</param>
    /// <returns>0, for <c>Main</c> to return.</returns>
    /// <inheritdoc cref="Run(Func{MpiCommunicator, int})" path="/remarks"/>
    /// <inheritdoc cref="Run(Func{MpiCommunicator, int})" path="/exception"/>
    public static int Run(Action<MpiCommunicator> program)
    {
        ArgumentNullException.ThrowIfNull(program);
        return Run(world =>
        {
            program(world);
            return 0;
        });
    }

    /// <summary>Starts MPI, runs this rank's part, and ends MPI.</summary>
    /// <param name="program">
    /// This rank's part, which gets the communicator of all ranks and returns the exit code. The communicator lives until the part is done.
    /// </param>
    /// <returns>What the part returned, for <c>Main</c> to return.</returns>
    /// <remarks>
    /// An exception that leaves the part is written to the error stream and ends all ranks: they would wait for this one for ever. So does
    /// a rank that exits before its part is done. Where there is one rank alone, the exception goes on to the caller. A process can start
    /// MPI once: all of a program goes into one call. Any thread may call MPI, one at a time.
    /// <para>
    /// A rank that is killed is noticed by mpirun, which ends the others by SIGTERM, under Open MPI after a second (its parameter
    /// odls_base_sigkill_timeout) and under MPICH at once. .NET leaves that signal to the system, which ends a process in the middle of a
    /// call of MPI too, without finally blocks and without handlers of <see cref="AppDomain.ProcessExit"/>. A program that handles the
    /// signal itself has as long again until it is killed.
    /// </para>
    /// </remarks>
    /// <exception cref="ArgumentNullException"><paramref name="program"/> is null.</exception>
    /// <exception cref="DllNotFoundException">No MPI is installed; the message says what to install.</exception>
    /// <exception cref="NotSupportedException">The MPI is none that is known here, or allows no calls from other threads.</exception>
    /// <exception cref="InvalidOperationException">
    /// The MPI is another than that whose mpirun started the program, or has been ended in this process.
    /// </exception>
    /// <exception cref="MpiException">MPI could not be started or ended.</exception>
    public static int Run(Func<MpiCommunicator, int> program)
    {
        ArgumentNullException.ThrowIfNull(program);
        MpiSession session = MpiSession.Start();
        int code;
        try
        {
            code = program(session.World);
        }
        catch (Exception e)
        {
            if (session.World.Size > 1)
            {
                Console.Out.Flush();
                Console.Error.WriteLine($"Rank {session.World.Rank} of {session.World.Size} failed, which ends all of them. {e}");
                session.Abort();
            }

            session.End();
            throw;
        }

        session.End();
        return code;
    }
}
