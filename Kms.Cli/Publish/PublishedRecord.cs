using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary>A key record in the forms in which people publish it.</summary>
/// <param name="record">The record.</param>
/// <param name="ttl">Its time to live, in seconds.</param>
/// <param name="server">The server that <c>nsupdate</c> is to ask; null: it finds the primary server itself.</param>
internal sealed class PublishedRecord(KeyRecord record, uint ttl, IPEndPoint? server)
{
    /// <summary>Whose key it is.</summary>
    public DomainName Host => record.Name;

    /// <summary>The name at which it is published.</summary>
    public string Owner { get; } = KeyRecord.OwnerOf(record.Name);

    /// <summary>Its text, as the console of a DNS server takes it.</summary>
    public string Text { get; } = MessageText.Of(record).ToString();

    /// <summary>A line of a zone file (RFC 1035 section 5.1).</summary>
    public string ZoneLine => string.Create(CultureInfo.InvariantCulture, $"{Owner}. {ttl} IN TXT {Strings()}");

    /// <summary>A script for <c>nsupdate</c>, its last line without an end.</summary>
    public string NsUpdateScript
    {
        get
        {
            string to = server is null ? "" : string.Create(CultureInfo.InvariantCulture, $"server {server.Address} {server.Port}\n");
            return string.Create(CultureInfo.InvariantCulture, $"{to}update add {Owner}. {ttl} TXT {Strings()}\nsend");
        }
    }

    /// <summary>Writes it as an object.</summary>
    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("owner", Owner);
        json.WriteString("type", "TXT");
        json.WriteNumber("ttl", ttl);
        json.WriteString("text", Text);
        json.WriteString("zoneLine", ZoneLine);
        json.WriteString("nsupdate", NsUpdateScript);
        json.WriteEndObject();
    }

    /// <summary>The character-strings, quoted. The text has neither quotation marks nor backslashes: its grammar knows none.</summary>
    private string Strings()
    {
        ReadOnlySpan<byte> data = TxtData.Split(MessageText.Of(record).Text.Span);
        StringBuilder strings = new();
        for (; !data.IsEmpty; data = data[(1 + data[0])..]) strings.Append(strings.Length > 0 ? " \"" : "\"").Append(Encoding.ASCII.GetString(data.Slice(1, data[0]))).Append('"');
        return strings.ToString();
    }
}
