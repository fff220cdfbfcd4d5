using Kms.Server;

namespace KmsApp.Tests.Server;

/// <summary>A journal that keeps what it hears.</summary>
internal sealed class JournalCount : IKeyServerJournal
{
    private readonly List<JournalEvent> _events = [];

    public IReadOnlyList<JournalEvent> Events
    {
        get { lock (_events) return [.. _events]; }
    }

    public void Record(in JournalEvent happened)
    {
        lock (_events) _events.Add(happened);
    }
}
