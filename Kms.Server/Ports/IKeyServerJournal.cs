namespace Kms.Server;

/// <summary>Hears what a key server does. Called on any thread, must not block or throw.</summary>
public interface IKeyServerJournal
{
    /// <summary>Something happened.</summary>
    void Record(in JournalEvent happened);
}
