using System.CommandLine;
using Kms.Client;

namespace Kms.Cli;

/// <summary><c>kms list</c>: the keys that the own table would give now.</summary>
internal sealed class ListCommand(CommandContext context)
{
    private static readonly string[] Titles = ["NAME", "USE", "ANCHOR", "SHA-256 FINGERPRINT", "COUNTS FOR"];

    private readonly Option<bool> _json = new("--json") { Description = "Prints one line of JSON: { \"keys\": [ … ] }, each with name, use, key, algorithm, fingerprint, anchor, at, expires and source." };

    public Command Create()
    {
        Command command = new("list", "Lists the keys in this host's key table that still count.") { _json };
        context.SetAction(command, ExecuteAsync);
        return command;
    }

    private async Task<ExitCode> ExecuteAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        HostFolder folder = context.FolderOf(parsed);
        HostSettings settings = folder.ReadSettings();
        DateTimeOffset now = context.Environment.Time.GetUtcNow();
        KeyTableEntry[] entries =
        [
            .. HostSession.TableOf(folder, settings).Entries(now).Where(entry => IsTrusted(settings, entry))
                .OrderBy(entry => entry.Question.Name).ThenBy(entry => entry.Question.Use.Value, StringComparer.Ordinal).ThenBy(entry => entry.Question.Kms),
        ];

        if (parsed.GetValue(_json)) await context.Environment.Output.WriteLineAsync(KeyJson.Of(entries));
        else if (entries.Length > 0) await WriteColumnsAsync([Titles, .. entries.Select(entry => Row(entry, now))]);
        else await context.Environment.Error.WriteLineAsync("kms: the key table holds no key that counts.");
        return ExitCode.Found;
    }

    /// <summary>An entry counts only while the key that verified it is configured (step 61).</summary>
    private static bool IsTrusted(HostSettings settings, KeyTableEntry entry) =>
        settings.Trust.Any(anchor => anchor.Name == entry.Question.Kms && entry.Question.Name.IsHeldBy(anchor.Domain) && anchor.PublicKeys.Contains(entry.VerifiedBy));

    private static string[] Row(KeyTableEntry entry, DateTimeOffset now) =>
        [entry.Question.Name.Value, entry.Question.Use.Value, entry.Question.Kms.Value, entry.Key.Fingerprint.ToString(), Duration(entry.Expires - now)];

    /// <summary>A time that is left, rounded down to what a person wants to know.</summary>
    private static string Duration(TimeSpan left) =>
        left.TotalHours >= 1 ? $"{(int)left.TotalHours} h {left.Minutes} min"
        : left.TotalMinutes >= 1 ? $"{left.Minutes} min"
        : $"{left.Seconds} s";

    private async Task WriteColumnsAsync(IReadOnlyList<string[]> rows)
    {
        int[] widths = [.. Titles.Select((_, column) => rows.Max(row => row[column].Length))];
        foreach (string[] row in rows) await context.Environment.Output.WriteLineAsync(string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }
}
