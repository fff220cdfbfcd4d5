using System.Net;
using DnsServerCore.ApplicationCommon;
using TechnitiumLibrary.Net.Dns;
using TechnitiumLibrary.Net.Dns.ResourceRecords;

namespace KmsApp;

/// <summary>What the console wants to see; null: all. Bounds of time are inclusive and in UTC.</summary>
/// <param name="Start">Not before it.</param>
/// <param name="End">Not after it.</param>
/// <param name="Client">From or to this address alone.</param>
/// <param name="Protocol">By this carrier.</param>
/// <param name="ResponseType">With this kind of response.</param>
/// <param name="Rcode">With this response code.</param>
/// <param name="Name">About this name, letter case aside; a <c>*</c> stands for anything.</param>
/// <param name="Type">Of this type; all are TXT.</param>
/// <param name="Class">Of this class; all are IN.</param>
internal sealed record JournalFilter(
    DateTime? Start = null,
    DateTime? End = null,
    IPAddress? Client = null,
    DnsTransportProtocol? Protocol = null,
    DnsServerResponseType? ResponseType = null,
    DnsResponseCode? Rcode = null,
    string? Name = null,
    DnsResourceRecordType? Type = null,
    DnsClass? Class = null)
{
    private readonly DateTime? _start = Utc(Start);
    private readonly DateTime? _end = Utc(End);
    private readonly AddressValue? _client = Client is null ? null : AddressValue.Of(Client.IsIPv4MappedToIPv6 ? Client.MapToIPv4() : Client);
    private readonly string? _name = string.IsNullOrEmpty(Name) ? null : Name.Length > 1 ? Name.TrimEnd('.') : Name;

    /// <summary>Whether a row is wanted. One without a question has neither name, type nor class.</summary>
    public bool Matches(in JournalRow row) =>
        (_start is null || row.Time >= _start)
        && (_end is null || row.Time <= _end)
        && (_client is null || row.Client == _client)
        && (Protocol is null || row.Protocol == Protocol)
        && (ResponseType is null || row.ResponseType == ResponseType)
        && (Rcode is null || row.ResponseCode == Rcode)
        && (Type is null || (Type == DnsResourceRecordType.TXT && row.Name.Length > 0))
        && (Class is null || (Class == DnsClass.IN && row.Name.Length > 0))
        && (_name is null || (row.Name.Length > 0 && IsLike(_name, row.Name)));

    private static DateTime? Utc(DateTime? time) => time is { Kind: DateTimeKind.Local } local ? local.ToUniversalTime() : time;

    /// <summary>A pattern with stars, in time proportional to both lengths multiplied: what the console sends is not to be trusted either.</summary>
    private static bool IsLike(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        int p = 0, t = 0, star = -1, resume = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                resume = t;
            }
            else if (p < pattern.Length && char.ToLowerInvariant(pattern[p]) == char.ToLowerInvariant(text[t]))
            {
                p++;
                t++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                t = ++resume;
            }
            else
            {
                return false;
            }
        }
        return pattern[p..].IndexOfAnyExcept('*') < 0;
    }
}
