namespace KmsApp.Tests.Simulation;

/// <summary>
/// Runs the steps of a simulation on the thread pool's one and only worker. Whatever a step sets off, continuations that the
/// tested code sends to the pool included, has come to rest before the next step begins: one worker runs one thing after
/// the other, in an order that follows from the order in which they were queued. So a run is a function of its seed.
/// </summary>
internal sealed class Pump : IThreadPoolWorkItem, IDisposable
{
    private readonly ManualResetEventSlim _ended = new();
    private Func<bool> _step = () => false;
    private Exception? _fault;

    /// <summary>Whether the pool of this process has one worker.</summary>
    public static bool IsPossible
    {
        get
        {
            ThreadPool.GetMaxThreads(out int workers, out _);
            return workers == 1;
        }
    }

    /// <summary>Runs steps until one returns false. Called from outside the pool, one time after another.</summary>
    public void Run(Func<bool> step)
    {
        if (!IsPossible) throw new InvalidOperationException("The thread pool has more than one worker: nothing would be repeatable.");
        _step = step;
        _ended.Reset();
        ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        _ended.Wait();
        if (_fault is not null) throw new InvalidOperationException("The simulation itself has failed.", _fault);
    }

    public void Dispose() => _ended.Dispose();

    void IThreadPoolWorkItem.Execute()
    {
        bool goesOn = true;
        try
        {
            // Something still waits for the worker: it goes first.
            if (ThreadPool.PendingWorkItemCount == 0) goesOn = _step();
        }
        catch (Exception e)
        {
            (_fault, goesOn) = (e, false);
        }
        if (goesOn) ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
        else _ended.Set();
    }
}
