using System.Text;
using System.Text.Json;
using Kms.Cli;
using KmsApp.Tests.Protocol;

namespace KmsApp.Tests.Fuzzing;

/// <summary>kms.json.</summary>
internal sealed class HostSettingsTarget : FuzzTarget
{
    public override string Name => "hostSettings";

    public override IEnumerable<byte[]> Seeds { get; } =
    [
        Encoding.UTF8.GetBytes("""{ "name": "host-a.b.a.xx" }"""),
        Encoding.UTF8.GetBytes("""{ "nam": "host-a.b.a.xx" }"""),
        Encoding.UTF8.GetBytes($$"""
            {
              // what a host knows from the start
              "name": "host-a.b.a.xx", "privateKey": "host.pem",
              "kms": { "name": "kms1.b.a.xx", "addresses": ["192.0.2.1", "[2001:db8::1]:5353", "tls://192.0.2.1#kms1.b.a.xx"], "publicKeys": ["{{VectorKeys.Public("kms1")}}"] },
              "trust": [{ "name": "kms00.xx", "domain": "xx", "publicKeys": ["{{VectorKeys.Public("kms00")}}", "{{VectorKeys.Public("ed25519")}}"] },],
              "authentication": "mac", "address": "192.0.2.10", "table": "table",
            }
            """),
    ];

    public override IReadOnlyList<string> Tokens { get; } = [.. FuzzWords.Json, "\"privateKey\": ", "\"kms\": {", "\"trust\": [", "\"address\": ", "\"table\": ", "tls://", "signature"];

    public override int ShortRun => 5_000;

    public override IReadOnlyList<string> Expected => ["read", "refused"];

    public override string Try(byte[] input)
    {
        HostSettings settings;
        try
        {
            settings = HostSettings.Read(new MemoryStream(input));
        }
        catch (Exception e) when (e is JsonException or FormatException)
        {
            return "refused";
        }
        byte[] written = Write(settings);
        BrokenLawException.Unless(Write(HostSettings.Read(new MemoryStream(written))).AsSpan().SequenceEqual(written), "what is written is read as the same settings");
        return "read";
    }

    private static byte[] Write(HostSettings settings)
    {
        using MemoryStream json = new();
        settings.Write(json);
        return json.ToArray();
    }
}
