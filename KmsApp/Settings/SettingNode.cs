using System.Globalization;
using Kms.Protocol;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;

namespace KmsApp;

/// <summary>One value of dnsApp.config, which knows its line and its path.</summary>
internal sealed class SettingNode(JToken token)
{
    private const string TimeSpanFormat = "c";

    /// <summary>The value as an object that has no other keys than these.</summary>
    /// <exception cref="SettingsException">It is none, or has another key.</exception>
    public SettingObject Object(params string[] keys) =>
        token is JObject value ? new SettingObject(this, value, keys) : throw Wrong("an object { … }");

    /// <summary>The value as an object whose keys are names.</summary>
    /// <exception cref="SettingsException">It is none.</exception>
    public IEnumerable<(string Key, SettingNode Value)> Entries() =>
        token is JObject value ? value.Properties().Select(p => (p.Name, new SettingNode(p.Value))) : throw Wrong("an object { … }");

    /// <summary>Whether the value is an object.</summary>
    public bool IsObject => token is JObject;

    /// <summary>The values of a list.</summary>
    /// <exception cref="SettingsException">It is none.</exception>
    public IEnumerable<SettingNode> Items() =>
        token is JArray list ? list.Select(item => new SettingNode(item)) : throw Wrong("a list [ … ]");

    /// <summary>The value as a text, which is not empty.</summary>
    /// <exception cref="SettingsException">It is none.</exception>
    public string Text(string example)
    {
        if (token is not JValue { Type: JTokenType.String, Value: string text }) throw Wrong($"a text, such as \"{example}\"");
        return text.Length > 0 ? text : throw Fault($"the text is empty; write for example \"{example}\"");
    }

    /// <summary>The value as true or false.</summary>
    /// <exception cref="SettingsException">It is neither.</exception>
    public bool Flag() => token is JValue { Type: JTokenType.Boolean, Value: bool flag } ? flag : throw Wrong("true or false");

    /// <summary>The value as a whole number within bounds.</summary>
    /// <exception cref="SettingsException">It is none, or beyond them.</exception>
    public int Whole(int least, int greatest)
    {
        string bounds = string.Create(CultureInfo.InvariantCulture, $"a whole number from {least} to {greatest}");
        if (token is not JValue { Type: JTokenType.Integer } value) throw Wrong(bounds);
        return value.Value is long number && number >= least && number <= greatest
            ? (int)number
            : throw Fault($"{value} is out of range; write {bounds}");
    }

    /// <summary>The value as a time span within bounds, of whole seconds.</summary>
    /// <exception cref="SettingsException">It is none, or beyond them.</exception>
    public TimeSpan Span(TimeSpan least, TimeSpan greatest)
    {
        string text = Text(Format(least));
        string bounds = $"[d.]hh:mm:ss from \"{Format(least)}\" to \"{Format(greatest)}\"";
        if (!TimeSpan.TryParseExact(text, TimeSpanFormat, CultureInfo.InvariantCulture, out TimeSpan span) || !text.Contains(':', StringComparison.Ordinal))
            throw Fault($"\"{text}\" is no time span; write {bounds}");
        if (span < least || span > greatest) throw Fault($"\"{text}\" is out of range; write {bounds}");
        return span.Ticks % TimeSpan.TicksPerSecond == 0 ? span : throw Fault($"\"{text}\" has fractions of a second; write {bounds}");
    }

    /// <summary>The value as a domain name.</summary>
    /// <exception cref="SettingsException">It is none.</exception>
    public DomainName Name(string example)
    {
        string text = Text(example);
        return DomainName.TryParse(text, out DomainName name)
            ? name
            : throw Fault($"\"{text}\" is no domain name; write labels of a-z, 0-9, '-' and '_' joined by dots, 253 characters at most (an IDN as A-labels)");
    }

    /// <summary>What is wrong with this value, with its place.</summary>
    public SettingsException Fault(string message) =>
        new($"dnsApp.config, line {((IJsonLineInfo)token).LineNumber}, {(token.Path.Length == 0 ? "the whole" : token.Path)}: {message}{(message.EndsWith('?') ? "" : ".")}");

    private SettingsException Wrong(string wanted)
    {
        string found = token.Type switch
        {
            JTokenType.Object => "an object",
            JTokenType.Array => "a list",
            JTokenType.String => "a text",
            JTokenType.Integer or JTokenType.Float => "a number",
            JTokenType.Boolean => "true or false",
            JTokenType.Null => "null",
            _ => "something else",
        };
        return Fault($"this is {found}; write {wanted}");
    }

    private static string Format(TimeSpan span) => span.ToString(TimeSpanFormat, CultureInfo.InvariantCulture);
}
