using System.Collections.Concurrent;

namespace Kms.Protocol;

/// <summary>
/// Instances of a platform key, one for each thread that needs it at the moment: an instance is not promised to be safe
/// for many threads, and importing one costs more than a signature check. Holds as many as there are processors.
/// </summary>
internal sealed class InstancePool<T>(Func<T> import) : IDisposable
    where T : class, IDisposable
{
    private readonly ConcurrentStack<T> _idle = [];
    private volatile bool _disposed;

    public T Rent() => _idle.TryPop(out T? instance) ? instance : import();

    public void Return(T instance)
    {
        if (_disposed || _idle.Count >= Environment.ProcessorCount) instance.Dispose();
        else _idle.Push(instance);
        if (_disposed) Drain();
    }

    public void Dispose()
    {
        _disposed = true;
        Drain();
    }

    private void Drain()
    {
        while (_idle.TryPop(out T? instance)) instance.Dispose();
    }
}
