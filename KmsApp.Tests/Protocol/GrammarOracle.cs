using System.Formats.Asn1;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;

namespace KmsApp.Tests.Protocol;

/// <summary>
/// The grammar of docs/PROTOCOL.md section 3 a second time, naively: the ABNF as regular expressions, the rest word by
/// word. It says only whether a text is a message.
/// </summary>
internal static class GrammarOracle
{
    private const string Name = @"(?=[^;,/]{1,253}(?:[;,/]|$))[a-z0-9_-]{1,63}(?:\.[a-z0-9_-]{1,63})*";
    private const string Names = $"{Name}(?:,{Name})*";
    private const string Time = "(?:0|[1-9][0-9]{0,9})";
    private const string Base64 = "(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?";
    private const string Bytes32 = "[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=";
    private const string Host = $"; name={Name}(?:; use=(?!identity(?:;|$))[a-z0-9-]{{1,32}})?";
    private const string Kms = $"; kms={Name}";
    private const string Reply = @"; reply=(?<reply>[^;]+)";
    private const string Key = $"; key=(?<key>{Base64})";
    private const string Parties = $"; from=(?<from>{Name}); to=(?<to>{Name}); id=[A-Za-z0-9+/]{{21}}[AQgw]==; at={Time}";
    private const string Path = $"; path=(?<path>{Names}(?:/{Names})?|/{Names})";
    private const string Life = $"; at=(?<begin>{Time}); exp=(?<end>{Time})";
    private const string Sig = "; sig=[A-Za-z0-9+/]{85}[AQgw]==";
    private const string Seal = $"(?:{Sig}|; mac={Bytes32})";
    private const string Reason = "; reason=(?<reason>not-found|no-route|refused|expired|timeout)";

    private static readonly Regex Grammar = new(
        "^v=KMS1; t=(?:"
        + $"(?<inquiry>inquiry){Host}{Kms}{Reply}{Parties}(?:{Path})?{Seal}"
        + $"|(?<sign>sign){Host}{Kms}{Reply}{Key}; kat=(?<begin>{Time})(?:; kexp=(?<end>{Time}))?{Parties}{Path}{Seal}"
        + $"|attestation{Host}{Key}{Kms}{Life}{Sig}"
        + $"|(?<delivery>delivery){Host}{Kms}{Parties}{Path}(?:; back=(?<back>{Names}))?; result=(?<result>attested|unsolved)(?:; of=(?<of>{Bytes32}))?(?:{Reason})?{Seal}"
        + $"|answer{Host}{Kms}; from={Name}; of={Bytes32}(?:{Path})?{Life}{Seal}"
        + $"|unsolved{Host}{Kms}; from={Name}{Reason}(?:{Path})?{Life}{Seal}"
        + $"|ack; of={Bytes32}"
        + $"|key{Host}{Key}(?:; nbf=(?<begin>{Time}))?(?:; exp=(?<end>{Time}))?"
        + @")\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture);

    public static bool IsMessage(byte[] bytes)
    {
        string text = Encoding.Latin1.GetString(bytes);
        if (text.Length > 4096 || Grammar.Match(text) is not { Success: true } match) return false;
        if (match.Groups["reply"] is { Success: true } reply && !IsEndpoint(reply.Value)) return false;
        if (match.Groups["key"] is { Success: true } key && !IsKey(key.Value)) return false;
        if (match.Groups["begin"] is { Success: true } begin && match.Groups["end"] is { Success: true } end && long.Parse(begin.Value, null) >= long.Parse(end.Value, null)) return false;
        string[][] legs = [.. match.Groups["path"].Value.Split('/').Select(leg => leg.Split(',', StringSplitOptions.RemoveEmptyEntries))];
        string[] path = [.. legs.SelectMany(leg => leg)], back = match.Groups["back"].Value.Split(',', StringSplitOptions.RemoveEmptyEntries);
        if (path.Length > 16 || back.Length > 16) return false;
        string from = match.Groups["from"].Value, to = match.Groups["to"].Value;
        if (match.Groups["inquiry"].Success) return path.Length == 0 || (legs.Length == 1 && path[^1] == from);
        if (match.Groups["sign"].Success) return legs.Length == 2 && path[^1] == from;
        if (!match.Groups["delivery"].Success) return true;
        bool hasOf = match.Groups["of"].Success, hasReason = match.Groups["reason"].Success;
        return match.Groups["result"].Value == "attested"
            ? hasOf && !hasReason && back.Length == 0 && to == path[0]
            : !hasOf && hasReason && back.Length > 0 && to == back[0] && path.Reverse().TakeLast(back.Length).SequenceEqual(back);
    }

    private static bool IsEndpoint(string text)
    {
        Match match = Regex.Match(text, @"^(?:\[(?<six>[0-9a-f:]+)\]|(?<four>[0-9.]+)):(?<port>[1-9][0-9]{0,4})\z");
        if (!match.Success || int.Parse(match.Groups["port"].Value, null) > 65535) return false;
        bool isSix = match.Groups["six"].Success;
        string host = isSix ? match.Groups["six"].Value : match.Groups["four"].Value;
        return IPAddress.TryParse(host, out IPAddress? address)
            && address.AddressFamily == (isSix ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork)
            && host == (isSix ? Rfc5952(address) : address.ToString());
    }

    /// <summary>By text: the longest of the runs of zeros, the first among equals, gives way to "::".</summary>
    private static string Rfc5952(IPAddress address)
    {
        byte[] bytes = address.GetAddressBytes();
        string[] groups = [.. Enumerable.Range(0, 8).Select(i => ((bytes[2 * i] << 8) | bytes[(2 * i) + 1]).ToString("x", null))];
        for (int length = 8; length >= 2; length--)
        {
            for (int start = 0; start + length <= 8; start++)
            {
                if (groups.Skip(start).Take(length).All(group => group == "0"))
                    return string.Join(':', groups.Take(start)) + "::" + string.Join(':', groups.Skip(start + length));
            }
        }
        return string.Join(':', groups);
    }

    private static bool IsKey(string base64)
    {
        byte[] info = Convert.FromBase64String(base64);
        if (Convert.ToBase64String(info) != base64) return false;
        try
        {
            AsnReader outer = new(info, AsnEncodingRules.DER);
            AsnReader parts = outer.ReadSequence();
            if (outer.HasData) return false;
            ReadOnlyMemory<byte> algorithm = parts.PeekContentBytes();
            if (parts.ReadEncodedValue().Span[0] != 0x30) return false;
            AsnReader inner = new(algorithm, AsnEncodingRules.DER);
            if (inner.PeekContentBytes().Length == 0 || inner.ReadEncodedValue().Span[0] != 0x06) return false;
            ReadOnlyMemory<byte> bits = parts.PeekContentBytes();
            return parts.ReadEncodedValue().Span[0] == 0x03 && !parts.HasData && bits.Length > 1 && bits.Span[0] == 0;
        }
        catch (AsnContentException)
        {
            return false;
        }
    }
}
