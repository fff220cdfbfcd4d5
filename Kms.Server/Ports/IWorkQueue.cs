namespace Kms.Server;

/// <summary>Where signature checks and what follows them run: a bounded queue, off the server's receive loop.</summary>
public interface IWorkQueue
{
    /// <summary>Takes work.</summary>
    /// <returns>False when the queue is full.</returns>
    bool TryEnqueue(Action work);
}
