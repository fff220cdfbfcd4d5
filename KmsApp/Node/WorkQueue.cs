using System.Threading.Channels;
using Kms.Server;

namespace KmsApp;

/// <summary>A bounded queue with one worker for each processor, on the platform's thread pool: never on the host's few query threads.</summary>
internal sealed class WorkQueue : IWorkQueue, IDisposable
{
    /// <summary>The most work that waits.</summary>
    public const int Capacity = 4_096;

    /// <summary>The most of it that is hosts', and the most that is not: a fifth of a second, less than other KMSs wait before they repeat themselves.</summary>
    public const int Half = Capacity / 2;

    private static readonly TimeSpan LongestGoodbye = TimeSpan.FromSeconds(2);

    private readonly Channel<(Action Work, bool IsOfHost)> _work = Channel.CreateBounded<(Action, bool)>(Capacity);
    private readonly Action<Exception> _fault;
    private readonly Task[] _workers;
    private readonly int[] _threads = new int[Environment.ProcessorCount];
    private int _ofHosts, _ofOthers;

    /// <summary>Makes a queue; its workers wait.</summary>
    /// <param name="fault">Hears what work throws.</param>
    public WorkQueue(Action<Exception> fault)
    {
        _fault = fault;
        _workers = [.. Enumerable.Range(0, _threads.Length).Select(number => Task.Run(() => WorkAsync(number)))];
    }

    /// <inheritdoc/>
    public bool TryEnqueue(Action work, bool isOfHost)
    {
        ref int waiting = ref Waiting(isOfHost);
        if (Interlocked.Increment(ref waiting) <= Half && _work.Writer.TryWrite((work, isOfHost))) return true;
        Interlocked.Decrement(ref waiting);
        return false;
    }

    /// <summary>Ends the workers when they have done what still waits. May be called by work itself, whose worker then is not waited for.</summary>
    public void Dispose()
    {
        _work.Writer.TryComplete();
        Task[] others = [.. _workers.Where((_, number) => Volatile.Read(ref _threads[number]) != Environment.CurrentManagedThreadId)];
        Task.WaitAll(others, LongestGoodbye);
    }

    private ref int Waiting(bool isOfHost) => ref isOfHost ? ref _ofHosts : ref _ofOthers;

    private async Task WorkAsync(int number)
    {
        while (await _work.Reader.WaitToReadAsync().ConfigureAwait(false))
        {
            while (_work.Reader.TryRead(out (Action Work, bool IsOfHost) next))
            {
                Interlocked.Decrement(ref Waiting(next.IsOfHost));
                Volatile.Write(ref _threads[number], Environment.CurrentManagedThreadId);
                try
                {
                    next.Work();
                }
                catch (Exception e)
                {
                    _fault(e);
                }
                finally
                {
                    Volatile.Write(ref _threads[number], 0);
                }
            }
        }
    }
}
