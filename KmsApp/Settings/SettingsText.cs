using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace KmsApp;

/// <summary>Reads the JSON of dnsApp.config, comments allowed.</summary>
internal static class SettingsText
{
    private const int MaximumDepth = 8;

    private static readonly JsonLoadSettings Load = new()
    {
        CommentHandling = CommentHandling.Ignore,
        DuplicatePropertyNameHandling = DuplicatePropertyNameHandling.Error,
        LineInfoHandling = LineInfoHandling.Load,
    };

    /// <summary>The whole text as one value.</summary>
    /// <exception cref="SettingsException">It is no JSON, or something follows.</exception>
    public static SettingNode Parse(string config)
    {
        using JsonTextReader reader = new(new StringReader(config)) { DateParseHandling = DateParseHandling.None, MaxDepth = MaximumDepth };
        try
        {
            bool hasContent = reader.Read();
            while (hasContent && reader.TokenType == JsonToken.Comment) hasContent = reader.Read();
            if (!hasContent) throw new SettingsException("dnsApp.config, line 1: there is nothing; write { \"enableKms\": false } at least.");
            JToken token = JToken.ReadFrom(reader, Load);
            while (reader.Read())
            {
                // Comments may follow; the reader throws for anything else.
            }
            return new SettingNode(token);
        }
        catch (JsonReaderException e)
        {
            throw new SettingsException($"dnsApp.config, line {Math.Max(e.LineNumber, 1)}: this cannot be read as JSON: {Reason(e.Message)}");
        }
    }

    /// <summary>The reader's words without the place, which stands in front already.</summary>
    private static string Reason(string message)
    {
        int place = message.IndexOf(" Path '", StringComparison.Ordinal);
        return place < 0 ? message : message[..place];
    }
}
