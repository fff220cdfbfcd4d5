using System.Net;
using Kms.Protocol;

namespace Kms.Server;

/// <summary>One thing that a key server did or refused to do.</summary>
/// <param name="Kind">What.</param>
/// <param name="Question">About which key; empty where that is not known.</param>
/// <param name="Party">The other party: sender, or receiver of what was sent; empty where that is not known.</param>
/// <param name="Source">Where the packet came from or went, if there was one.</param>
/// <param name="Abandoned">Why a packet was abandoned; for <see cref="JournalEventKind.Abandoned"/>.</param>
/// <param name="Reason">Why a key could not be had; for <see cref="JournalEventKind.Refused"/>.</param>
/// <param name="Limit">Which limit was reached; for <see cref="JournalEventKind.LimitReached"/>.</param>
/// <param name="ClockOffset">By how much the sender's clock is ahead of ours; for packets abandoned because of it.</param>
/// <param name="Fault">What went wrong in this program; for <see cref="JournalEventKind.Faulted"/>.</param>
public readonly record struct JournalEvent(
    JournalEventKind Kind,
    KeyQuestion Question,
    DomainName Party,
    IPEndPoint? Source,
    AbandonReason? Abandoned = null,
    Reason? Reason = null,
    string? Limit = null,
    TimeSpan? ClockOffset = null,
    Exception? Fault = null);
