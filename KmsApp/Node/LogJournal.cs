using System.Collections.Concurrent;
using System.Globalization;
using Kms.Protocol;
using Kms.Server;

namespace KmsApp;

/// <summary>Counts what the key server does, and writes to the host's log what an administrator can act on.</summary>
internal sealed class LogJournal(ServerLog log, TimeProvider time) : IKeyServerJournal
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromMinutes(1);

    private readonly RateGate _gate = new(time, BetweenLines);
    private readonly ConcurrentDictionary<DomainName, bool> _silent = new();
    private readonly long[] _counts = new long[Enum.GetValues<JournalEventKind>().Length];
    private volatile KeyServerConfiguration? _configuration;

    /// <summary>How often something happened.</summary>
    public long Count(JournalEventKind kind) => Volatile.Read(ref _counts[(int)kind]);

    /// <summary>Puts a configuration in force, and says which.</summary>
    public void Begin(KeyServerConfiguration configuration)
    {
        _configuration = configuration;
        foreach (DomainName name in _silent.Keys)
        {
            if (configuration.FindNeighbour(name) is null) _silent.TryRemove(name, out _);
        }
        log.Write($"The KMS {configuration.Name} serves {configuration.Domain}. Its public key, for \"publicKeys\" of its neighbours and of who trusts it: \"{configuration.Key.PublicKey}\"");
        foreach (Neighbour neighbour in configuration.Neighbours)
        {
            string keys = neighbour.Keys.IsEmpty ? "waits for its public key" : string.Create(CultureInfo.InvariantCulture, $"{neighbour.Keys.Length} public key(s)");
            string domain = neighbour.Domain is { } lower ? $", which serves {lower}" : "";
            log.Write($"{(neighbour.IsLower ? "Lower" : "Upper")} KMS {neighbour.Name}{domain}, at {string.Join(", ", neighbour.Addresses)}: {keys}.");
        }
    }

    /// <inheritdoc/>
    public void Record(in JournalEvent happened)
    {
        Interlocked.Increment(ref _counts[(int)happened.Kind]);
        switch (happened.Kind)
        {
            case JournalEventKind.Reached:
                if (_silent.TryRemove(happened.Party, out _)) log.Write($"The KMS {happened.Party} answers again.");
                break;
            case JournalEventKind.Unreachable:
                TellSilence(happened);
                break;
            case JournalEventKind.LimitReached:
                if (_gate.TryPass($"limit {happened.Limit}"))
                    log.Write($"A limit is reached: {happened.Limit}; seen last with {happened.Party}{At(happened)}. Requests beyond it are turned away; the limits stand under \"limits\".");
                break;
            case JournalEventKind.Faulted when happened.Fault is { } fault:
                if (_gate.TryPass($"fault {fault.GetType()}")) log.Write(fault);
                break;
            case JournalEventKind.Abandoned:
                TellAbandoned(happened);
                break;
        }
    }

    private void TellSilence(in JournalEvent happened)
    {
        if (_configuration?.FindNeighbour(happened.Party) is not null)
        {
            if (_silent.TryAdd(happened.Party, true)) log.Write($"The KMS {happened.Party}{At(happened)} does not answer. Is it up, and does it have this KMS among its neighbours?");
        }
        else if (_gate.TryPass("delivery"))
        {
            log.Write($"A delivery to {happened.Party}{At(happened)} about {happened.Question.Name} was not acknowledged.");
        }
    }

    /// <summary>Strangers send what they like; what says it is from a neighbour may be a mistake in one of the two configurations.</summary>
    private void TellAbandoned(in JournalEvent happened)
    {
        if (_configuration?.FindNeighbour(happened.Party) is not { } neighbour) return;
        string? line = happened.Abandoned switch
        {
            AbandonReason.Bailiwick => $"asks for a signature for {happened.Question.Name}, which is outside its domain {neighbour.Domain}; refused",
            AbandonReason.Seal => "has a wrong signature or MAC; do \"publicKeys\" here hold its present key, and is \"authentication\" the same at both?",
            AbandonReason.Sender when neighbour.Keys.IsEmpty => "is abandoned, because \"publicKeys\" hold no key of it yet",
            AbandonReason.Clock when happened.ClockOffset is { } offset =>
                string.Create(CultureInfo.InvariantCulture, $"is abandoned, because its clock differs from ours by {offset.TotalSeconds:0} s"),
            _ => null,
        };
        if (line is not null && _gate.TryPass($"{happened.Abandoned} {happened.Party}")) log.Write($"A request that says it is from {happened.Party}{At(happened)} {line}.");
    }

    private static string At(in JournalEvent happened) => happened.Source is null ? "" : $" at {happened.Source}";
}
