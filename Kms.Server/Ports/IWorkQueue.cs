namespace Kms.Server;

/// <summary>Where signature checks and what follows them run: a bounded queue, off the server's receive loop.</summary>
public interface IWorkQueue
{
    /// <summary>Takes work, which is done once in any case: somebody waits for it. When the key server has ended there is next to nothing left of it to do.</summary>
    /// <param name="work">The work.</param>
    /// <param name="isOfHost">Whether a host asks for it: what is under way between KMSs has room when hosts fill theirs, and hosts have when KMSs do.</param>
    /// <returns>False when the queue has no room for such work.</returns>
    bool TryEnqueue(Action work, bool isOfHost);
}
