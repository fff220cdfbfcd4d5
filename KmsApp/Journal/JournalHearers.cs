using Kms.Server;

namespace KmsApp;

/// <summary>Tells several hearers what happens. None can disturb the key server or another, and after the end nobody hears anything.</summary>
internal sealed class JournalHearers(params IKeyServerJournal[] hearers) : IKeyServerJournal
{
    private volatile bool _hasEnded;

    /// <inheritdoc/>
    public void Record(in JournalEvent happened)
    {
        if (_hasEnded) return;
        foreach (IKeyServerJournal hearer in hearers)
        {
            try
            {
                hearer.Record(happened);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // Somebody else's listener to our counters, at most.
            }
        }
    }

    /// <summary>Ends it: what is broken off because the app ends is no news.</summary>
    public void End() => _hasEnded = true;
}
