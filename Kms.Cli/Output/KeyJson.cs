using System.Text.Json;
using Kms.Client;

namespace Kms.Cli;

/// <summary>A key of the table for programs.</summary>
internal static class KeyJson
{
    /// <summary>Writes its members into the object that has been begun.</summary>
    public static void WriteMembers(Utf8JsonWriter json, KeyTableEntry entry)
    {
        json.WriteString("name", entry.Question.Name.Value);
        json.WriteString("use", entry.Question.Use.Value);
        json.WriteString("key", entry.Key.ToString());
        json.WriteString("algorithm", entry.Key.Algorithm.ToString());
        json.WriteString("fingerprint", entry.Key.Fingerprint.ToString());
        json.WriteString("anchor", entry.Question.Kms.Value);
        json.WriteString("at", entry.At.UtcDateTime);
        json.WriteString("expires", entry.Expires.UtcDateTime);
        json.WriteString("answeredBy", entry.AnsweredBy.Value);
        json.WriteString("path", entry.Path.ToString());
    }
}
