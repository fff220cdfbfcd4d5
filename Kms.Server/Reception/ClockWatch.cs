using Kms.Protocol;

namespace Kms.Server;

/// <summary>
/// Finds neighbours whose clock is off. A packet outside the allowed skew is abandoned whoever sent it; its seal is checked here,
/// for the journal alone, so that nobody else can make a neighbour's clock seem wrong. Only an old packet of the neighbour's
/// that is sent again can, and that one is behind, never ahead.
/// </summary>
internal sealed class ClockWatch(IWorkQueue work, IKeyServerJournal journal, TimeProvider time)
{
    /// <summary>Seals checked for one neighbour: these packets come to nothing, so next to nothing is spent on them.</summary>
    private static readonly Rate ChecksForNeighbour = new(1, 4);

    private const int MostNeighbours = 10_000;

    private readonly TokenBuckets<DomainName> _checks = new(MostNeighbours, time);

    /// <summary>Looks at a packet that is abandoned for its time. Takes no time of the caller's.</summary>
    public void Look(KeyServerConfiguration configuration, MessageText text, Origin origin, TimeSpan offset)
    {
        Request request = (Request)text.Message;

        // Within the skew it was only written before this server's memory began.
        if (offset.Duration() <= Spec.AllowedSkew || configuration.FindNeighbour(request.From) is not { } neighbour || neighbour.Keys.IsEmpty) return;
        if (!_checks.TryTake(request.From, ChecksForNeighbour)) return;
        work.TryEnqueue(() =>
        {
            if (neighbour.HasSealed(configuration, text))
                journal.Record(new JournalEvent(JournalEventKind.ClockDiffers, request.Question, request.From, origin.Source, ClockOffset: offset, Carrier: origin.Carrier));
        }, isOfHost: false);
    }
}
