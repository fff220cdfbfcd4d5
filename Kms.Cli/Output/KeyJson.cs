using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Kms.Client;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary>
/// A key as JSON, on one line, the same for every command that shows keys. Members may be added, and never change their meaning:
/// <code>
/// {
///   "name": "host-b.c.a.xx",
///   "use": "identity",                   identity where none was asked for
///   "key": "MFkw…",                      base64 of the SubjectPublicKeyInfo
///   "algorithm": "P-256",                P-256, Ed25519, or other
///   "fingerprint": "…",                  base64 of the SHA-256 of the SubjectPublicKeyInfo
///   "anchor": "kms00.xx",                the trusted KMS that attests it
///   "at": "2026-09-21T14:13:20Z",        when the domain's KMS read it from its zone
///   "expires": "2026-09-21T15:13:20Z",   the first second at which it no longer counts
///   "source": "table"                    table, or network where the KMS was asked
/// }
/// </code>
/// A list of keys is <c>{ "keys": [ … ] }</c>. Times are RFC 3339 in UTC, whole seconds.
/// </summary>
internal static class KeyJson
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }; // base64 has a '+'

    /// <summary>A key that was found.</summary>
    public static string Of(KeyFound found) => Text(json => Write(json, found.Entry, found.Source));

    /// <summary>Entries of the own table.</summary>
    public static string Of(IEnumerable<KeyTableEntry> entries) => Text(json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("keys");
        foreach (KeyTableEntry entry in entries) Write(json, entry, KeySource.OwnTable);
        json.WriteEndArray();
        json.WriteEndObject();
    });

    /// <summary>Writes a key as an object, for documents that hold more.</summary>
    public static void Write(Utf8JsonWriter json, KeyTableEntry entry, KeySource source)
    {
        KeyQuestion question = entry.Question;
        json.WriteStartObject();
        json.WriteString("name", question.Name.Value);
        json.WriteString("use", question.Use.Value);
        json.WriteString("key", entry.Key.ToString());
        json.WriteString("algorithm", entry.Key.Algorithm switch { KeyAlgorithm.P256 => "P-256", KeyAlgorithm.Ed25519 => "Ed25519", _ => "other" });
        json.WriteString("fingerprint", entry.Key.Fingerprint.ToString());
        json.WriteString("anchor", question.Kms.Value);
        json.WriteString("at", entry.At.UtcDateTime);
        json.WriteString("expires", entry.Expires.UtcDateTime);
        json.WriteString("source", source == KeySource.OwnTable ? "table" : "network");
        json.WriteEndObject();
    }

    private static string Text(Action<Utf8JsonWriter> write)
    {
        using MemoryStream text = new();
        using (Utf8JsonWriter json = new(text, Options)) write(json);
        return Encoding.UTF8.GetString(text.ToArray());
    }
}
