using System.Security.Cryptography;
using DnsServerCore.ApplicationCommon;
using Kms.Protocol;
using Kms.Server;

namespace KmsApp;

/// <summary>A running key server with what it needs of the machine. Lives across configurations; ends when the KMS is switched off.</summary>
internal sealed class KmsNode : IDisposable
{
    private readonly CancellationTokenSource _stopping = new();
    private readonly WorkQueue _work;
    private readonly PooledDnsWire _wire;
    private readonly LogJournal _lines;
    private readonly QueryJournal _rows;
    private readonly Summary _summary;
    private readonly Counters _counters;
    private readonly JournalHearers _journal;

    /// <summary>Starts a key server.</summary>
    public KmsNode(
        IDnsServer dnsServer, KmsSettings settings, KeyServerConfiguration configuration, KeyImporter importer, ServerLog log, QueryJournal rows, TimeProvider time)
    {
        Stopping = _stopping.Token;
        _lines = new LogJournal(log, time);
        _rows = rows;
        _summary = new Summary(log.Write, time);
        _counters = new Counters(() => Server?.Occupancy ?? default);
        _journal = new JournalHearers(_rows, _lines, _summary, _counters);
        _work = new WorkQueue(log.Write);
        _wire = new PooledDnsWire(time);
        DnsKmsTransport transport = new(new DnsExchange(_wire, time), new LocalAddresses(time).Toward, _lines.Hear);
        Server = new KeyServer(configuration, transport, new ZoneKeySource(dnsServer), importer, _work, _journal, time, RandomNumberGenerator.Fill);
        Begin(settings, configuration);
    }

    /// <summary>The key server.</summary>
    public KeyServer Server { get; }

    /// <summary>Hears what happens.</summary>
    public IKeyServerJournal Journal => _journal;

    /// <summary>Cancelled when the node ends: nobody waits for it any longer.</summary>
    public CancellationToken Stopping { get; }

    /// <summary>Puts another configuration in force.</summary>
    public void Configure(KmsSettings settings, KeyServerConfiguration configuration)
    {
        Server.Configure(configuration);
        Begin(settings, configuration);
    }

    /// <summary>Ends everything that is under way.</summary>
    public void Dispose()
    {
        _journal.End();
        _counters.Dispose();
        _summary.Dispose();
        _stopping.Cancel();
        Server.Dispose();
        _work.Dispose();
        _wire.Dispose();
        _stopping.Dispose();
    }

    private void Begin(KmsSettings settings, KeyServerConfiguration configuration)
    {
        _rows.Begin(configuration, settings.JournalEntries);
        _summary.Begin(settings.SummaryInterval);
        _lines.Begin(configuration);
    }
}
