using System.Globalization;
using System.Net;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary>What went wrong at a DNS server, for people: what it means, and what to do.</summary>
internal static class ZoneServerFault
{
    /// <summary>A response code in brackets, or nothing where it says nothing.</summary>
    public static string Code(DnsMessage response) => response.ResponseCode is DnsResponseCode.NoError or DnsResponseCode.NxDomain ? "" : $" ({Name(response.ResponseCode)})";

    /// <summary>No response could be used.</summary>
    public static string OfSilence(IPEndPoint server, TsigKey key, TsigVerdict? unheard) => unheard switch
    {
        null => $"The server {server} does not answer, over UDP or TCP. Is the address right, is the server up, and do firewalls let UDP and TCP to port {server.Port} pass?",
        TsigVerdict.Unsigned => $"The server {server} does not sign its answers, so they count for nothing. Does it know TSIG and the key {key.Name}?",
        TsigVerdict.Stale => $"The answers of the server {server} are signed at a time too far from this host's clock, or are old ones sent again. Let NTP run on both.",
        _ => $"The answers of the server {server} are not signed by the key {key.Name} ({key.Algorithm.Name()}): somebody between changes or forges them. Ask from another place in the network.",
    };

    /// <summary>What the server says about the signature of the request, or null where it has nothing against it.</summary>
    public static string? OfSignature(IPEndPoint server, TsigKey key, DnsMessage response, DateTimeOffset now)
    {
        if (response.ResponseCode != DnsResponseCode.NotAuth || TsigRecord.Of(response) is not { Error: not TsigError.None } tsig) return null;
        return tsig.Error switch
        {
            TsigError.BadKey => $"The server {server} does not know the TSIG key {key.Name} with {key.Algorithm.Name()} (BADKEY). Name and algorithm must be those in the server's configuration.",
            TsigError.BadSignature => $"The server {server} has another secret for the TSIG key {key.Name} (BADSIG). Copy the key anew from the server's configuration.",
            TsigError.BadTime => string.Create(
                CultureInfo.InvariantCulture,
                $"The server {server} refuses the signature for its time (BADTIME): its clock says {(tsig.ServerTime is { } time ? $"{time:u}" : "something else")}, this host's says {now:u}. They may differ by {tsig.Fudge} s. Let NTP run where the clock is wrong."),
            _ => $"The server {server} refuses the signature by the TSIG key {key.Name} (TSIG error {(int)tsig.Error}).",
        };
    }

    /// <summary>Why an update was not made.</summary>
    public static string OfUpdate(IPEndPoint server, TsigKey key, DynamicUpdate update, DnsMessage response)
    {
        string what = response.ResponseCode switch
        {
            DnsResponseCode.Refused => $"The server {server} does not let the TSIG key {key.Name} change {update.Owner} (REFUSED). Allow it there: in BIND, update-policy {{ grant {key.Name} name {update.Owner} TXT; }} in the zone {update.Zone}; "
                + $"in Technitium, the zone's options, Dynamic Updates, a security policy of {key.Name} for {update.Owner} and TXT.",
            DnsResponseCode.NotAuth => $"The server {server} is not the primary server of the zone {update.Zone} (NOTAUTH). Name that one with --server, or the right zone with --zone.",
            DnsResponseCode.NotZone => $"{update.Owner} is not in the zone {update.Zone} (NOTZONE). Name the zone that holds it with --zone, or leave --zone out.",
            DnsResponseCode.YXDomain or DnsResponseCode.YXRRSet or DnsResponseCode.NXRRSet => $"The records of {update.Owner} have changed meanwhile ({Name(response.ResponseCode)}). Run the command again.",
            DnsResponseCode.NotImp => $"The server {server} does not take dynamic updates (NOTIMP). Put the record that 'kms init' prints into the zone by hand.",
            DnsResponseCode.ServFail => $"The server {server} failed to change the zone {update.Zone} (SERVFAIL). Its log says why; often it may not write the zone's file.",
            _ => $"The server {server} did not change the zone {update.Zone} ({Name(response.ResponseCode)}). Its log may say why.",
        };
        return TsigRecord.Of(response) is { Mac.IsEmpty: false } ? what : what + " (This word of the server is not signed.)";
    }

    private static string Name(DnsResponseCode code) => Enum.IsDefined(code) ? code.ToString().ToUpperInvariant() : ((int)code).ToString(CultureInfo.InvariantCulture);
}
