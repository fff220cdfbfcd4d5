using System.Collections.Concurrent;
using System.Net;
using DnsServerCore.ApplicationCommon;
using Kms.Server;

namespace KmsApp;

/// <summary>
/// The journal that the console shows under Logs, Query Logs: the newest things that happened, in memory. What anybody can
/// cause without a key (packets that are abandoned or over a limit) has a quarter of the room to itself, and each kind
/// of it comes in <see cref="FloodGate">at a bounded rate</see>: a flood pushes out neither what is genuine nor the first packets of another kind.
/// </summary>
internal sealed class QueryJournal(TimeProvider time) : IKeyServerJournal
{
    /// <summary>Rows, unless the configuration says otherwise.</summary>
    public const int DefaultEntries = 10_000;

    /// <summary>Rows at most.</summary>
    public const int MostEntries = 1_000_000;

    private const int StrangersShare = 4;

    private readonly ConcurrentDictionary<string, FloodGate> _gates = new();
    private Rings _rings = new(new JournalRing(0), new JournalRing(0));
    private KeyServerConfiguration? _configuration;
    private long _sequence;

    /// <summary>Puts a configuration in force; the newest rows stay, as far as there is room.</summary>
    /// <param name="configuration">The key server's.</param>
    /// <param name="entries">The number of rows; 0: no journal.</param>
    public void Begin(KeyServerConfiguration configuration, int entries)
    {
        Volatile.Write(ref _configuration, configuration);
        Rings rings = Volatile.Read(ref _rings);
        if (rings.Genuine.Capacity + rings.Strangers.Capacity == entries) return;
        Volatile.Write(ref _rings, new Rings(rings.Genuine.Resize(entries - (entries / StrangersShare)), rings.Strangers.Resize(entries / StrangersShare)));
    }

    /// <inheritdoc/>
    public void Record(in JournalEvent happened)
    {
        if (happened.Kind == JournalEventKind.Reached) return; // what was sent has its row already
        Rings rings = Volatile.Read(ref _rings);
        if (rings.Genuine.Capacity == 0) return;
        string? flood = KindOfFlood(happened);
        long unshown = 0;
        if (flood is not null && !_gates.GetOrAdd(flood, static (_, clock) => new FloodGate(clock), time).TryPass(out unshown)) return;
        JournalRow row = new(
            Interlocked.Increment(ref _sequence), time.GetUtcNow().UtcDateTime, AddressValue.Of(Client(happened)), TypeOf(happened),
            happened with { Source = null, Fault = null }, happened.Fault?.GetType().Name, unshown);
        (flood is null ? rings.Genuine : rings.Strangers).Add(row);
    }

    /// <summary>A page of the rows that a filter lets through.</summary>
    /// <param name="pageNumber">The page, from 1; 0 is the first, one beyond the last or below 0 is the last.</param>
    /// <param name="entriesPerPage">Rows on a page, 1 or more.</param>
    /// <param name="isDescending">Whether the newest comes first.</param>
    /// <param name="filter">The filter.</param>
    /// <exception cref="ArgumentOutOfRangeException">There is no room on a page. The console shows the message.</exception>
    public DnsLogPage Read(long pageNumber, int entriesPerPage, bool isDescending, JournalFilter filter)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(entriesPerPage, 1);
        Rings rings = Volatile.Read(ref _rings);
        List<JournalRing.RowPlace> rows = [.. rings.Genuine.Find(filter), .. rings.Strangers.Find(filter)];
        rows.Sort((left, right) => isDescending ? right.Sequence.CompareTo(left.Sequence) : left.Sequence.CompareTo(right.Sequence));

        int total = rows.Count;
        long pages = (total / entriesPerPage) + (total % entriesPerPage > 0 ? 1 : 0);
        long page = pages == 0 || pageNumber == 0 ? 1 : pageNumber < 0 || pageNumber > pages ? pages : pageNumber;
        int offset = (int)((page - 1) * entriesPerPage);

        // Rows are numbered by age, whichever comes first.
        return new DnsLogPage(
            page, pages, total, [.. rows.Skip(offset).Take(entriesPerPage).Select((row, i) => row.Read()?.ToEntry(isDescending ? total - offset - i : offset + i + 1)).OfType<DnsLogEntry>()]);
    }

    /// <summary>What anybody can cause without a key, by kind; null for everything else. There are few kinds.</summary>
    private static string? KindOfFlood(in JournalEvent happened) => happened.Kind switch
    {
        JournalEventKind.Abandoned => JournalWords.Of(happened.Abandoned ?? default),
        JournalEventKind.LimitReached => JournalWords.Limit(happened),
        JournalEventKind.ClockDiffers => "clock differs",
        JournalEventKind.Faulted => "fault",
        _ => null,
    };

    private IPAddress Client(in JournalEvent happened) =>
        happened.Source?.Address
        ?? (Volatile.Read(ref _configuration)?.FindNeighbour(happened.Party) is { Addresses: [{ } first, ..] } ? first.Address : IPAddress.Any);

    private DnsServerResponseType TypeOf(in JournalEvent happened)
    {
        bool hasPath = happened.Path is { IsNone: false };
        return happened.Kind switch
        {
            JournalEventKind.Abandoned or JournalEventKind.ClockDiffers => DnsServerResponseType.Dropped,
            JournalEventKind.Answered or JournalEventKind.Refused when hasPath => DnsServerResponseType.Recursive,
            JournalEventKind.Answered when Volatile.Read(ref _configuration)?.Name is { } self && self != happened.Question.Kms => DnsServerResponseType.Cached,
            JournalEventKind.TimedOut or JournalEventKind.Inquired or JournalEventKind.SignatureRequested or JournalEventKind.Accepted or JournalEventKind.Unreachable
                or JournalEventKind.RenewalBegun => DnsServerResponseType.Recursive,
            _ => DnsServerResponseType.Authoritative,
        };
    }

    private sealed record Rings(JournalRing Genuine, JournalRing Strangers);
}
