using Kms.Server;

namespace Kms.Benchmarks;

/// <summary>Hears nothing.</summary>
internal sealed class SilentJournal : IKeyServerJournal
{
    public static readonly SilentJournal Instance = new();

    public void Record(in JournalEvent happened) { }
}
