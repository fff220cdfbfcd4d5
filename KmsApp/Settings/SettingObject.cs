using Newtonsoft.Json.Linq;

namespace KmsApp;

/// <summary>An object of dnsApp.config whose keys are known; null counts as absent.</summary>
internal sealed class SettingObject
{
    /// <summary>An unknown key at most so many changes away from a known one was meant to be that one.</summary>
    private const int TypingErrors = 2;

    private readonly SettingNode _node;
    private readonly JObject _value;

    /// <exception cref="SettingsException">The object has another key than <paramref name="keys"/>.</exception>
    public SettingObject(SettingNode node, JObject value, string[] keys)
    {
        _node = node;
        _value = value;
        foreach (JProperty property in value.Properties())
        {
            if (keys.Contains(property.Name)) continue;
            string? meant = keys.MinBy(key => Distance(key, property.Name));
            bool isNear = meant is not null && Distance(meant, property.Name) <= TypingErrors;
            throw new SettingNode(property).Fault(isNear
                ? $"there is no such key; did you mean \"{meant}\"?"
                : $"there is no such key; here are {string.Join(", ", keys)}");
        }
    }

    /// <summary>The value of a key, or null.</summary>
    public SettingNode? this[string key] => _value[key] is { Type: not JTokenType.Null } value ? new SettingNode(value) : null;

    /// <summary>The value of a key that must be there.</summary>
    /// <exception cref="SettingsException">It is not.</exception>
    public SettingNode Required(string key, string why) => this[key] ?? throw _node.Fault($"\"{key}\" is missing; {why}");

    /// <summary>Levenshtein's distance, letter case aside.</summary>
    private static int Distance(string left, string right)
    {
        int[] row = [.. Enumerable.Range(0, right.Length + 1)];
        for (int i = 1; i <= left.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= right.Length; j++)
            {
                int change = char.ToLowerInvariant(left[i - 1]) == char.ToLowerInvariant(right[j - 1]) ? 0 : 1;
                int next = Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + change);
                diagonal = row[j];
                row[j] = next;
            }
        }
        return row[^1];
    }
}
