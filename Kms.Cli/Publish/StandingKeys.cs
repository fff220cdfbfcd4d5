using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary>What stands in a zone, shown.</summary>
internal static class StandingKeys
{
    /// <summary>A line for each.</summary>
    public static IEnumerable<string> Lines(ImmutableArray<StandingKey> standing, DateTimeOffset now) => InOrder(standing).Select(record =>
    {
        string validity = now < record.NotBefore ? string.Create(CultureInfo.InvariantCulture, $"from {record.NotBefore:u}")
            : now >= record.Expires ? string.Create(CultureInfo.InvariantCulture, $"ended {record.Expires:u}")
            : record.Expires is null ? "counts" : string.Create(CultureInfo.InvariantCulture, $"counts until {record.Expires:u}");
        return $"  {record.Use}  {record.Key.Algorithm}  {record.Key.Fingerprint}  {validity}";
    });

    /// <summary>An array of objects.</summary>
    public static void WriteTo(Utf8JsonWriter json, ImmutableArray<StandingKey> standing, DateTimeOffset now)
    {
        json.WriteStartArray("records");
        foreach (KeyRecord record in InOrder(standing))
        {
            json.WriteStartObject();
            json.WriteString("use", record.Use.Value);
            json.WriteString("publicKey", record.Key.ToString());
            json.WriteString("fingerprint", record.Key.Fingerprint.ToString());
            if (record.NotBefore is { } from) json.WriteString("notBefore", from);
            if (record.Expires is { } end) json.WriteString("expires", end);
            json.WriteBoolean("counts", record.IsValidAt(now));
            json.WriteEndObject();
        }
        json.WriteEndArray();
    }

    private static IEnumerable<KeyRecord> InOrder(ImmutableArray<StandingKey> standing) =>
        standing.Select(one => one.Record).OrderBy(record => record.Use.Value, StringComparer.Ordinal).ThenBy(record => record.NotBefore ?? DateTimeOffset.UnixEpoch);
}
