using System.Text;
using Kms.Cli;
using Kms.Client;
using Kms.Protocol;

namespace KmsApp.Tests.Fuzzing;

/// <summary>Single values: names, uses, paths, addresses, keys in base64. The first byte says which.</summary>
internal sealed class ValueTarget : FuzzTarget
{
    private static readonly (string Name, Func<byte[], bool> Read)[] Kinds =
    [
        ("name", text => DomainName.TryParse(text, out DomainName name) && Same(name.ToString(), text)),
        ("use", text => Use.TryParse(text, out Use use) && Same(use.ToString(), text)),
        ("path", text => KmsPath.TryParse(text, out KmsPath path) && Same(path.ToString(), text)),
        ("endpoint", ReadEndpoint),
        ("name as written by people", text => Reads(text, DomainName.Parse)),
        ("use as written by people", text => Reads(text, Use.Parse)),
        ("public key", text => Reads(text, PublicKey.Parse)),
        ("address of a KMS", text => Reads(text, KmsAddress.Parse)),
        ("endpoint as written by people", text => Reads(text, HostSettings.Endpoint)),
        ("anchor", text => Reads(text, anchor => PartyText.Anchor(anchor).Name)),
        ("name on the wire", ReadWireName),
        ("ssh blob", text => SshKey.TryReadPlain(text, out _)),
    ];

    private static readonly string[] Texts =
    [
        "host-b.c.a.xx", "ssh", "identity", "kms1.b.a.xx,kms0.a.xx/kms2.c.a.xx,kms0.a.xx", "/kms1.b.a.xx", "192.0.2.1:53", "[2001:db8::1]:53", "[::ffff:192.0.2.1]:53", "[fe80::1%1]:53", "HOST.a.xx.",
        "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEaxfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpZP40Li/hp/m47n60p8D54WK84zV2sxXs7LtkBoN79R9Q==", "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
        "tls://kms1.b.a.xx", "tls://192.0.2.1:853#kms1.b.a.xx", "tls://[2001:db8::1]#pin-sha256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", "kms00.xx=xx=MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
        "kms00.xx=xx=MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEaxfR8uEsQkf4vOblY6RA8ncDfYEt6zOg9KE5RdiYwpZP40Li/hp/m47n60p8D54WK84zV2sxXs7LtkBoN79R9Q==",
        "\\046a\\.b.\\000.xx", ".", "a..b", "", "\0\0\0\x0Bssh-ed25519\0\0\0\x01x", "\0\0\0\x20ssh-ed25519-cert-v01@openssh.com\0\0\0\x01x\0\0\0\x01y",
    ];

    public override string Name => "value";

    public override IEnumerable<byte[]> Seeds => Enumerable.Range(0, Kinds.Length).SelectMany(kind => Texts.Select(text => (byte[])[(byte)kind, .. Encoding.Latin1.GetBytes(text)]));

    public override IReadOnlyList<string> Tokens { get; } = [.. FuzzWords.Message, "\\255", "\\256", "\\.", "tls://", "#", "#pin-sha256:", "%1", "0x7f.1", "1.2", "65535", "65536", "A", "xn--"];

    public override int ShortRun => 20_000;

    public override IReadOnlyList<string> Expected => [.. Kinds.Select(kind => kind.Name + " read"), .. Kinds.Select(kind => kind.Name + " refused")];

    public override string Try(byte[] input)
    {
        if (input.Length == 0) return "nothing";
        (string name, Func<byte[], bool> read) = Kinds[input[0] % Kinds.Length];
        return name + (read(input[1..]) ? " read" : " refused");
    }

    private static bool Same(string written, byte[] text)
    {
        BrokenLawException.Unless(Encoding.Latin1.GetString(text) == written, "what is read is written with the same bytes");
        return true;
    }

    private static bool ReadEndpoint(byte[] text)
    {
        if (!EndpointText.TryParse(text, out System.Net.IPEndPoint? endpoint)) return false;
        Span<byte> written = stackalloc byte[EndpointText.MaximumLength];
        BrokenLawException.Unless(written[..EndpointText.Format(endpoint, written)].SequenceEqual(text), "an endpoint has one spelling");
        return true;
    }

    /// <summary>What people write may have many spellings; what the program writes of it is read as the same.</summary>
    private static bool Reads<T>(byte[] text, Func<string, T> parse)
        where T : notnull
    {
        T value;
        try
        {
            value = parse(Encoding.UTF8.GetString(text));
        }
        catch (FormatException)
        {
            return false;
        }
        if (value is not DomainName { IsEmpty: true } && typeof(T) != typeof(DomainName)) BrokenLawException.Unless(parse(value.ToString()!).Equals(value), "what is written is read as the same value");
        return true;
    }

    private static bool ReadWireName(byte[] text)
    {
        Span<byte> wire = stackalloc byte[DnsName.MaximumWireLength];
        if (!DnsName.TryToWire(Encoding.Latin1.GetString(text), wire, out int length)) return false;
        string name = DnsName.FromWire(wire[..length]);
        BrokenLawException.Unless(DnsName.ToWire(name).AsSpan().SequenceEqual(wire[..length]), "a name is written with the same octets");
        return true;
    }
}
