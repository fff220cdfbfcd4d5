using System.Collections.Frozen;
using System.Globalization;
using System.Net;
using Kms.Protocol;
using Kms.Server;

namespace KmsApp;

/// <summary>Writes to the host's log what an administrator can act on, and nothing for every packet.</summary>
internal sealed class LogJournal(ServerLog log, TimeProvider time) : IKeyServerJournal
{
    /// <summary>The least time between two lines of one kind about one party.</summary>
    public static readonly TimeSpan BetweenLines = TimeSpan.FromMinutes(10);

    /// <summary>Neighbours that have a line of their own at the start.</summary>
    public const int MostNeighbourLines = 100;

    private readonly RateGate _gate = new(time, BetweenLines);
    private volatile FrozenDictionary<DomainName, NeighbourState> _neighbours = FrozenDictionary<DomainName, NeighbourState>.Empty;
    private volatile FrozenDictionary<IPEndPoint, NeighbourState> _addresses = FrozenDictionary<IPEndPoint, NeighbourState>.Empty;

    /// <summary>Puts a configuration in force, and says which.</summary>
    public void Begin(KeyServerConfiguration configuration)
    {
        NeighbourState[] states = [.. configuration.Neighbours.Select(n => _neighbours.GetValueOrDefault(n.Name)?.As(n) ?? new NeighbourState(n))];
        _neighbours = states.ToFrozenDictionary(s => s.Neighbour.Name);
        _addresses = states.SelectMany(s => s.Neighbour.Addresses.Select(a => (a, s))).DistinctBy(pair => pair.a).ToFrozenDictionary(pair => pair.a, pair => pair.s);
        log.Write($"The KMS {configuration.Name} serves {configuration.Domain}. For its neighbours and for who trusts it: \"publicKeys\": [\"{configuration.Key.PublicKey}\"]");
        foreach (NeighbourState state in states.Take(MostNeighbourLines)) log.Write(Introduce(state));
        if (states.Length > MostNeighbourLines) log.Write(string.Create(CultureInfo.InvariantCulture, $"and {states.Length - MostNeighbourLines} more neighbours."));
    }

    /// <summary>Hears that something came back from a neighbour's address, but no acknowledgement.</summary>
    public void Hear(IPEndPoint address, Kms.Protocol.DnsResponseCode code)
    {
        if (_addresses.TryGetValue(address, out NeighbourState? state)) state.LastCode = code;
    }

    /// <inheritdoc/>
    public void Record(in JournalEvent happened)
    {
        switch (happened.Kind)
        {
            case JournalEventKind.Reached:
                if (Find(happened.Party) is { } there && there.Answered()) log.Write($"The KMS {happened.Party} answers again.");
                break;
            case JournalEventKind.Unreachable:
                TellSilence(happened);
                break;
            case JournalEventKind.Accepted:
                TellRefusal(happened);
                break;
            case JournalEventKind.ClockDiffers when happened.ClockOffset is { } offset:
                Tell(
                    $"clock {happened.Party}",
                    $"The clock of the KMS {happened.Party}{At(happened)} is {JournalWords.Of(offset)}{(offset < TimeSpan.Zero ? ", or somebody sends its old packets again" : "")}; "
                        + $"more than {Spec.AllowedSkew.TotalSeconds:0} s are not allowed, and its packets are abandoned. Put the clock right that is wrong, there or here.");
                break;
            case JournalEventKind.LimitReached:
                Tell(
                    $"limit {happened.Limit}",
                    $"A limit is reached: {JournalWords.Limit(happened)}; seen last {(happened.Party.IsEmpty ? "here" : $"with {happened.Party}")}{At(happened)}. {Advice(happened)}");
                break;
            case JournalEventKind.Faulted when happened.Fault is { } fault:
                if (_gate.TryPass($"fault {fault.GetType()}")) log.Write(fault);
                break;
            case JournalEventKind.Abandoned:
                TellAbandoned(happened);
                break;
        }
    }

    private NeighbourState? Find(DomainName party) => _neighbours.GetValueOrDefault(party);

    private void TellSilence(in JournalEvent happened)
    {
        if (Find(happened.Party) is not { } state)
        {
            Tell("delivery", $"A delivery to {happened.Party}{At(happened)} about {happened.Question.Name} was not acknowledged.");
            return;
        }
        // One that comes and goes is not said to do so at every turn.
        if (state.IsSilent || !_gate.TryPass($"silent {happened.Party}") || !state.SaySilent()) return;
        string at = string.Join(", ", state.Neighbour.Addresses);
        log.Write(state.LastCode is { } code
            ? $"The KMS {happened.Party} at {at} refuses: it answers with {code}, but with no acknowledgement. Is the key server installed there, enabled, and within its limits?"
            : $"The KMS {happened.Party} at {at} does not answer. Is it up, is this KMS among its neighbours with its present key, and are both clocks right?");
    }

    /// <summary>A neighbour that answers <c>refused</c> itself holds another address of this KMS than the one where it waits.</summary>
    private void TellRefusal(in JournalEvent happened)
    {
        if (happened.Path is not { } path || Find(Asked(path, happened.Party)) is not { } state) return;
        DomainName name = state.Neighbour.Name;
        if (happened.Reason != Reason.Refused || path.Count > 1)
        {
            if (state.Obliged()) log.Write($"The KMS {name} no longer refuses what this KMS asks.");
        }
        else if (!state.Refuses && _gate.TryPass($"refuses {name}") && state.SayRefuses())
        {
            log.Write($"The KMS {name} refuses what this KMS asks. Do its \"addresses\" of this KMS hold the \"address\" where deliveries reach this one?");
        }
    }

    /// <summary>The neighbour that was asked: the second on the path, or the one that ended it.</summary>
    private static DomainName Asked(KmsPath path, DomainName party) =>
        path.Count < 2 ? party : path.InquiryLeg.Length > 1 ? path.InquiryLeg[1] : path.SignatureLeg[path.InquiryLeg.Length == 1 ? 0 : 1];

    /// <summary>Strangers send what they like; what says it is from a neighbour may be a mistake in one of the two configurations.</summary>
    private void TellAbandoned(in JournalEvent happened)
    {
        if (Find(happened.Party)?.Neighbour is not { } neighbour) return;
        string? line = happened.Abandoned switch
        {
            AbandonReason.Bailiwick => $"asks for a signature for {happened.Question.Name}, which is outside its domain {neighbour.Domain}; refused",
            AbandonReason.Seal => "has a wrong signature or MAC; do \"publicKeys\" here hold its present key, and is \"authentication\" the same at both?",
            AbandonReason.Sender when neighbour.Keys.IsEmpty => "is abandoned, because \"publicKeys\" hold no key of it yet",
            _ => null,
        };
        string says = happened.Abandoned == AbandonReason.Bailiwick ? "of" : "that says it is from"; // the seal is checked before the bailiwick
        if (line is not null) Tell($"{happened.Abandoned} {happened.Party}", $"A request {says} {happened.Party}{At(happened)} {line}{(line.EndsWith('?') ? "" : ".")}");
    }

    private void Tell(string kind, string line)
    {
        if (!_gate.TryPass(kind, out long suppressed)) return;
        log.Write(suppressed == 0 ? line : string.Create(CultureInfo.InvariantCulture, $"{line} ({suppressed} more like it since the last such line.)"));
    }

    private static string Introduce(NeighbourState state)
    {
        Neighbour neighbour = state.Neighbour;
        string domain = neighbour.Domain is { } lower ? $", which serves {lower}" : "";
        string keys = neighbour.Keys.IsEmpty ? "" : string.Create(CultureInfo.InvariantCulture, $"{neighbour.Keys.Length} public key(s), ");
        return $"{(neighbour.IsLower ? "Lower" : "Upper")} KMS {neighbour.Name}{domain}, at {string.Join(", ", neighbour.Addresses)}: {keys}{state.Words}.";
    }

    /// <summary>What to do about a limit: not all are settings.</summary>
    private static string Advice(in JournalEvent happened) => happened.Limit switch
    {
        JournalEvent.WorkQueue => "It is fixed: more is asked than this machine can check.",
        nameof(Spec.MaximumKeysOfHost) => $"It is fixed: records at {KeyRecord.OwnerOf(happened.Question.Name)} can be deleted.",
        _ => "The limits stand under \"limits\".",
    };

    private static string At(in JournalEvent happened) => happened.Source is null ? "" : $" at {happened.Source}";
}
