using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using Kms.Protocol;
using Kms.Server;

namespace KmsApp;

/// <summary>Says in words what happened: the column "answer" of the console.</summary>
internal static class JournalWords
{
    /// <summary>The names of limits in the code and in the configuration: they are few, and a flood reaches them often.</summary>
    private static readonly ConcurrentDictionary<string, string> Limits = new();

    /// <summary>The words for a row.</summary>
    public static string Of(in JournalRow row)
    {
        string unshown = row.Unshown == 0 ? "" : string.Create(CultureInfo.InvariantCulture, $"; {row.Unshown} more like it before are not shown");
        return $"{Of(row.Happened, row.Fault)}{(row.Happened.Question.Use.IsIdentity ? "" : $", use {row.Happened.Question.Use}")}{unshown}";
    }

    /// <summary>The limit that was reached, as the configuration spells it.</summary>
    public static string Limit(in JournalEvent happened) => Limits.GetOrAdd(happened.Limit ?? "", static name => JsonNamingPolicy.CamelCase.ConvertName(name));

    /// <summary>A reason as messages spell it.</summary>
    public static string Of(Reason reason) => reason switch
    {
        Reason.Refused => "refused",
        Reason.NotFound => "not-found",
        Reason.NoRoute => "no-route",
        Reason.Expired => "expired",
        _ => "timeout",
    };

    /// <summary>Why a packet was abandoned, in a word.</summary>
    public static string Of(AbandonReason reason) => reason switch
    {
        AbandonReason.Malformed => "malformed",
        AbandonReason.Receiver => "receiver",
        AbandonReason.Clock => "clock",
        AbandonReason.Sender => "sender",
        AbandonReason.Seal => "seal",
        AbandonReason.Replay => "replay",
        AbandonReason.Retransmissions => "retransmissions",
        AbandonReason.Loop => "loop",
        AbandonReason.Bailiwick => "bailiwick",
        AbandonReason.Unfit => "unfit",
        AbandonReason.Attestation => "attestation",
        _ => "unknown",
    };

    /// <summary>How far a clock is off.</summary>
    public static string Of(TimeSpan offset) =>
        string.Create(CultureInfo.InvariantCulture, $"{offset.Duration().TotalSeconds:0} s {(offset < TimeSpan.Zero ? "behind" : "ahead")}");

    private static string Of(in JournalEvent happened, string? fault)
    {
        (DomainName party, DomainName kms) = (happened.Party, happened.Question.Kms);
        string via = happened.Path is { IsNone: false } path ? $", via {path}" : "";
        string says = party.IsEmpty ? "" : $", as it says from {party}";
        string reason = happened.Reason is { } why ? Of(why) : "";
        return happened.Kind switch
        {
            JournalEventKind.Answered => $"attested by {kms} for {party}{via}",
            JournalEventKind.Refused when happened.Elapsed is not null => $"unsolved: {reason}, for {party}{via}",
            JournalEventKind.Refused => $"unsolved: {reason}, sent back to {party}{via}",
            JournalEventKind.TimedOut => $"no answer in time, for {party}",
            JournalEventKind.InquiryTaken => $"inquiry taken from {party}{via}",
            JournalEventKind.SignatureRequestTaken => $"signature request taken from {party}{via}",
            JournalEventKind.Inquired => $"inquiry sent to {party}{via}",
            JournalEventKind.SignatureRequested => $"signature by {kms} requested of {party}{via}",
            JournalEventKind.Attested => $"attestation signed by {kms}",
            JournalEventKind.Delivered => $"attestation by {kms} delivered to {party}{via}",
            JournalEventKind.Accepted when happened.Reason is not null => $"unsolved: {reason}, accepted from {party}{via}",
            JournalEventKind.Accepted => $"attestation by {kms} accepted from {party}{via}",
            JournalEventKind.Reached => $"acknowledged by {party}",
            JournalEventKind.Unreachable => $"not acknowledged by {party}",
            JournalEventKind.LimitReached => $"limit reached: {Limit(happened)}{(party.IsEmpty ? "" : $", for {party}")}",
            JournalEventKind.Faulted => $"fault: {fault ?? "unknown"}; the server's log says more",
            JournalEventKind.RenewalBegun => $"attestation by {kms} asked for anew of {party}, in use and near its end",
            JournalEventKind.ClockDiffers when happened.ClockOffset is { } offset => $"clock of {party}: {Of(offset)}",
            JournalEventKind.Abandoned when happened is { Abandoned: AbandonReason.Clock, ClockOffset: { } offset } => $"abandoned: clock, {Of(offset)}{says}",
            JournalEventKind.Abandoned when happened.Abandoned is { } abandoned => $"abandoned: {Of(abandoned)}{says}",
            _ => happened.Kind.ToString(),
        };
    }
}
