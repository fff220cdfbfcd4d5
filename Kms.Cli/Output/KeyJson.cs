using System.Text.Json;
using Kms.Client;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary>
/// A key as JSON, the same for every command that shows keys. Members may be added, and never change their meaning:
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
///   "source": "table",                   table, or network where the KMS was asked
///   "answeredBy": "kms1.b.a.xx",         the KMS that brought it
///   "path": "kms1.b.a.xx,kms0.a.xx/…"    the way of the inquiry, as that KMS told it
/// }
/// </code>
/// A list of keys is <c>{ "keys": [ … ] }</c>. Times are RFC 3339 in UTC, whole seconds.
/// </summary>
internal static class KeyJson
{
    /// <summary>Entries of the own table.</summary>
    public static string Of(IEnumerable<KeyTableEntry> entries) => JsonLine.Of(json =>
    {
        json.WriteStartObject();
        json.WriteStartArray("keys");
        foreach (KeyTableEntry entry in entries)
        {
            json.WriteStartObject();
            WriteMembers(json, entry, KeySource.OwnTable);
            json.WriteEndObject();
        }
        json.WriteEndArray();
        json.WriteEndObject();
    });

    /// <summary>Writes the members into an object that has been begun.</summary>
    public static void WriteMembers(Utf8JsonWriter json, KeyTableEntry entry, KeySource source)
    {
        KeyQuestion question = entry.Question;
        json.WriteString("name", question.Name.Value);
        json.WriteString("use", question.Use.Value);
        json.WriteString("key", entry.Key.ToString());
        json.WriteString("algorithm", entry.Key.Algorithm switch { KeyAlgorithm.P256 => "P-256", KeyAlgorithm.Ed25519 => "Ed25519", _ => "other" });
        json.WriteString("fingerprint", entry.Key.Fingerprint.ToString());
        json.WriteString("anchor", question.Kms.Value);
        json.WriteString("at", entry.At.UtcDateTime);
        json.WriteString("expires", entry.Expires.UtcDateTime);
        json.WriteString("source", source == KeySource.OwnTable ? "table" : "network");
        json.WriteString("answeredBy", entry.AnsweredBy.Value);
        json.WriteString("path", entry.Path.ToString());
    }
}
