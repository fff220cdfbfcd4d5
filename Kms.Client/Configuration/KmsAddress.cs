using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using Kms.Protocol;

namespace Kms.Client;

/// <summary>
/// Where a KMS is asked, and how. As text it is
/// <list type="bullet">
/// <item><c>IP</c>, <c>IP:port</c> or <c>[IPv6]:port</c>: over UDP, then TCP;</item>
/// <item><c>tls://host[:port][#check]</c>: over TLS alone (RFC 7858). The host is an IP address, an IPv6 one in brackets, or a domain name,
/// which the system's resolver is asked for each time. The check says what the server's certificate must be: <c>#name</c>, one for that
/// name by the system's trust, as systemd-resolved and unbound write it; without a check, one for the host; <c>#sha256/BASE64</c>,
/// one with that key, and nothing else counts: the base64 of the SHA-256 of its SubjectPublicKeyInfo (RFC 7858, section 4.2).</item>
/// </list>
/// The ports are 53 and 853 where none is named.
/// </summary>
public sealed record KmsAddress
{
    private const string TlsPrefix = "tls://";

    private KmsAddress(EndPoint endpoint, TlsServer? tls) => (Endpoint, Tls) = (endpoint, tls);

    /// <summary>Address and port (<see cref="IPEndPoint"/>), or name and port (<see cref="DnsEndPoint"/>, over TLS alone).</summary>
    public EndPoint Endpoint { get; }

    /// <summary>Who the server must prove to be over TLS; null: UDP and TCP.</summary>
    public TlsServer? Tls { get; }

    /// <summary>The port.</summary>
    public int Port => Endpoint is DnsEndPoint name ? name.Port : ((IPEndPoint)Endpoint).Port;

    /// <summary>An address that is asked over UDP and TCP.</summary>
    public static KmsAddress FromIPEndPoint(IPEndPoint endpoint)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        return new(endpoint, null);
    }

    /// <inheritdoc cref="FromIPEndPoint"/>
    public static implicit operator KmsAddress(IPEndPoint endpoint) => FromIPEndPoint(endpoint);

    /// <summary>Reads an address as a person writes it.</summary>
    /// <exception cref="FormatException">It is none; the message says what would be right.</exception>
    public static KmsAddress Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (text.StartsWith(TlsPrefix, StringComparison.OrdinalIgnoreCase)) return ParseTls(text);
        return TryParse(text, Spec.DnsPort) is IPEndPoint endpoint ? endpoint : throw new FormatException(
            $"\"{text}\" is no address: write IP or IP:port, such as 192.0.2.1 or [2001:db8::1]:5353, or {TlsPrefix}HOST for DNS over TLS, such as {TlsPrefix}kms1.b.a.xx.");
    }

    /// <summary>The text that <see cref="Parse"/> reads as this address.</summary>
    public override string ToString()
    {
        if (Tls is null) return Endpoint.ToString()!;
        string host = HostOf(Endpoint);
        string written = host.Contains(':', StringComparison.Ordinal) ? $"[{host}]" : host;
        string port = Port == Spec.DnsOverTlsPort ? "" : $":{Port}";
        string check = Tls.Pin is { } pin ? $"#{TlsServer.PinPrefix}{pin}" : Tls.Name == host ? "" : $"#{Tls.Name}";
        return $"{TlsPrefix}{written}{port}{check}";
    }

    private static KmsAddress ParseTls(string text)
    {
        string rest = text[TlsPrefix.Length..];
        int hash = rest.IndexOf('#', StringComparison.Ordinal);
        EndPoint endpoint = TryParse(hash < 0 ? rest : rest[..hash], Spec.DnsOverTlsPort) ?? throw new FormatException(
            $"\"{text}\" has no host: write {TlsPrefix}HOST or {TlsPrefix}HOST:PORT, the host being an IP address or a domain name, such as {TlsPrefix}kms1.b.a.xx, {TlsPrefix}192.0.2.1:853 or {TlsPrefix}[2001:db8::1].");
        string host = HostOf(endpoint);
        if (hash < 0) return new(endpoint, new TlsServer(host));
        string check = rest[(hash + 1)..];
        if (check.StartsWith(TlsServer.PinPrefix, StringComparison.OrdinalIgnoreCase))
            return new(endpoint, new TlsServer(host, ParsePin(text, check[TlsServer.PinPrefix.Length..])));
        return TryParseHost(check) is { } name ? new(endpoint, new TlsServer(name)) : throw new FormatException(
            $"\"{text}\": after # stands what the server's certificate must be: a name that it is for, or {TlsServer.PinPrefix} and a pin, such as {TlsPrefix}192.0.2.1#kms1.b.a.xx.");
    }

    private static Digest ParsePin(string text, string pin)
    {
        Span<byte> bytes = stackalloc byte[SHA256.HashSizeInBytes];
        // The platform's decoder skips white space; the one spelling has none.
        return Convert.TryFromBase64String(pin, bytes, out int length) && length == bytes.Length && new Digest(bytes) is var digest && digest.ToString() == pin
            ? digest
            : throw new FormatException(
                $"\"{text}\": the pin is the base64 of the SHA-256 of the public key of the server's certificate, 44 characters, as 'openssl x509 -in CERTIFICATE -noout -pubkey | openssl pkey -pubin -outform DER | openssl dgst -sha256 -binary | base64' prints it.");
    }

    /// <summary>Reads a host and perhaps a port other than 0. Null: it is none.</summary>
    private static EndPoint? TryParse(string text, int defaultPort)
    {
        (string host, string? portText) = Split(text);
        int port = defaultPort;
        if (portText is not null && (!ushort.TryParse(portText, NumberStyles.None, CultureInfo.InvariantCulture, out ushort given) || (port = given) == 0)) return null;
        if (TryParseHost(host) is not { } known) return null;
        return IPAddress.TryParse(known, out IPAddress? address) ? new IPEndPoint(address, port) : new DnsEndPoint(known, port);
    }

    /// <summary>Parts host and port; brackets are taken off, and an IPv6 address needs them only before a port.</summary>
    private static (string Host, string? Port) Split(string text)
    {
        if (text.StartsWith('['))
        {
            int end = text.IndexOf(']', StringComparison.Ordinal);
            string host = end < 0 || !text[..end].Contains(':', StringComparison.Ordinal) ? "" : text[1..end];
            return end == text.Length - 1 ? (host, null) : text[(end + 1)..] is [':', .. var port] ? (host, port) : ("", null);
        }
        int colon = text.LastIndexOf(':');
        return colon < 0 || colon != text.IndexOf(':', StringComparison.Ordinal) ? (text, null) : (text[..colon], text[(colon + 1)..]);
    }

    /// <summary>Reads an IP address or a domain name and writes it in its one spelling. Null: it is neither.</summary>
    private static string? TryParseHost(string text)
    {
        if (IPAddress.TryParse(text, out IPAddress? address))
        {
            // The platform is generous: "192.0.2" is 192.0.0.2 to it.
            return address.AddressFamily == AddressFamily.InterNetworkV6 || address.ToString() == text ? address.ToString() : null;
        }
        // What ends in a number is an address that was mistyped, never a name.
        return DomainName.TryParse(text, out DomainName name) && !name.Value[(name.Value.LastIndexOf('.') + 1)..].All(char.IsAsciiDigit) ? name.Value : null;
    }

    private static string HostOf(EndPoint endpoint) => endpoint is DnsEndPoint name ? name.Host : ((IPEndPoint)endpoint).Address.ToString();
}
