using System.Net;
using Kms.Protocol;

namespace Kms.Server;

/// <summary>One thing that a key server did or refused to do.</summary>
/// <param name="Kind">What.</param>
/// <param name="Question">About which key; empty where that is not known.</param>
/// <param name="Party">The other party: sender, or receiver of what was sent; empty where that is not known.</param>
/// <param name="Source">Where the packet came from or went, if there was one.</param>
/// <param name="Abandoned">Why a packet was abandoned; for <see cref="JournalEventKind.Abandoned"/>.</param>
/// <param name="Reason">Why a key could not be had; for <see cref="JournalEventKind.Refused"/>, and <see cref="JournalEventKind.Accepted"/> of a refusal.</param>
/// <param name="Limit">Which limit was reached: a member of <see cref="Limits"/>, which is a setting, or one that is fixed; for <see cref="JournalEventKind.LimitReached"/>.</param>
/// <param name="ClockOffset">By how much the sender's clock is ahead of ours, if it is the sender's packet; for packets abandoned because of it, and <see cref="JournalEventKind.ClockDiffers"/>.</param>
/// <param name="Fault">What went wrong in this program; for <see cref="JournalEventKind.Faulted"/>.</param>
/// <param name="Path">The KMSs that took part, where the message says so: a claim of theirs.</param>
/// <param name="Carrier">What carried the packet that came from <paramref name="Source"/>.</param>
/// <param name="Elapsed">How long a host waited; null for everything that does not end the inquiry of a host.</param>
public readonly record struct JournalEvent(
    JournalEventKind Kind,
    KeyQuestion Question,
    DomainName Party,
    IPEndPoint? Source,
    AbandonReason? Abandoned = null,
    Reason? Reason = null,
    string? Limit = null,
    TimeSpan? ClockOffset = null,
    Exception? Fault = null,
    KmsPath? Path = null,
    Carrier Carrier = default,
    TimeSpan? Elapsed = null)
{
    /// <summary>The limit of the work that waits (<see cref="IWorkQueue"/>).</summary>
    public const string WorkQueue = "WorkQueue";
}
