namespace OutputGrad.Mpi.Binding;

/// <summary>MPI between its start and its end in this process.</summary>
internal sealed unsafe class MpiSession
{
    /// <summary>Whether it was this session that started MPI, and so has to end it.</summary>
    private readonly bool _owns;

    private int _isBusy;

    private MpiSession(bool owns)
    {
        _owns = owns;
        nint world = 0;
        MpiHandles handles = MpiLibrary.Loaded.Handles;

        // before the first call that could fail on it: the world's own handler ends the program
        MpiErrors.Check(
            MpiNative.MPI_Comm_set_errhandler(handles.World, handles.ErrorsReturn), nameof(MpiNative.MPI_Comm_set_errhandler));
        MpiErrors.Check(MpiNative.MPI_Comm_dup(handles.World, &world), nameof(MpiNative.MPI_Comm_dup));
        World = new(this, world);
    }

    /// <summary>All ranks; a duplicate of MPI's own, so that what else uses MPI in the process has messages of its own.</summary>
    public MpiCommunicator World { get; }

    /// <summary>Whether MPI has been or is being ended.</summary>
    public bool IsEnded { get; private set; }

    private static bool IsInitialized
    {
        get
        {
            int flag = 0;
            MpiErrors.Check(MpiNative.MPI_Initialized(&flag), nameof(MpiNative.MPI_Initialized));
            return flag != 0;
        }
    }

    private static bool IsFinalized
    {
        get
        {
            int flag = 0;
            MpiErrors.Check(MpiNative.MPI_Finalized(&flag), nameof(MpiNative.MPI_Finalized));
            return flag != 0;
        }
    }

    /// <summary>Starts MPI, unless something else in the process has done so.</summary>
    public static MpiSession Start()
    {
        NativeEnvironment.KeepSignals();
        MpiLibrary library = MpiLibrary.Loaded;
        if (IsFinalized)
        {
            throw new InvalidOperationException("MPI was ended in this process, and no process can start it again: run all in one Run.");
        }

        bool owns = !IsInitialized;
        int provided = 0;
        if (owns)
        {
            MpiErrors.Check(
                MpiNative.MPI_Init_thread(null, null, library.Handles.Serialized, &provided), nameof(MpiNative.MPI_Init_thread));
        }
        else
        {
            MpiErrors.Check(MpiNative.MPI_Query_thread(&provided), nameof(MpiNative.MPI_Query_thread));
        }

        if (provided < library.Handles.Serialized)
        {
            throw new NotSupportedException(
                $"{library.Version} ({library.Name}) allows calls from its first thread only; .NET needs MPI_THREAD_SERIALIZED.");
        }

        MpiSession session = new(owns);
        session.CheckLauncher(library);
        AppDomain.CurrentDomain.ProcessExit += (_, _) => session.AbortUnlessEnded();
        return session;
    }

    /// <summary>One call of MPI at a time: the level of threads that was asked for.</summary>
    /// <exception cref="InvalidOperationException">MPI has been ended, or another thread is in a call.</exception>
    public void Enter()
    {
        if (IsEnded)
        {
            throw new InvalidOperationException("MPI has been ended: a communicator lives until MpiProgram.Run is over.");
        }

        if (Interlocked.Exchange(ref _isBusy, 1) != 0)
        {
            throw new InvalidOperationException("Another thread is in a call of MPI; one at a time may be.");
        }
    }

    public void Leave() => Volatile.Write(ref _isBusy, 0);

    public void End()
    {
        World.Dispose();
        IsEnded = true;
        if (_owns && !IsFinalized)
        {
            MpiErrors.Check(MpiNative.MPI_Finalize(), nameof(MpiNative.MPI_Finalize));
        }
    }

    /// <summary>Ends all ranks.</summary>
    public void Abort()
    {
        IsEnded = true;
        _ = MpiNative.MPI_Abort(MpiLibrary.Loaded.Handles.World, 1);
    }

    /// <summary>A rank that leaves in the middle would have the others wait for ever.</summary>
    private void AbortUnlessEnded()
    {
        if (!IsEnded && World.Size > 1)
        {
            Console.Error.WriteLine($"Rank {World.Rank} of {World.Size} exits before its part is done, which ends all of them.");
            Abort();
        }
    }

    private void CheckLauncher(MpiLibrary library)
    {
        if (Launcher.Size is > 1 and int size && World.Size == 1)
        {
            throw new InvalidOperationException(
                $"This program was started as one of {size} processes, but {library.Version} sees only one: it is not the MPI whose mpirun "
                + $"started it. {library.Name} was loaded; set {MpiLibrary.Variable} to the library of that MPI, or start the program with "
                + $"the mpirun of {library.Handles.Kind}.");
        }
    }
}
