using System.CommandLine;
using Kms.Client;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary><c>kms list</c>: the keys that the own table would give now.</summary>
internal sealed class ListCommand(CommandContext context)
{
    private readonly JsonOption _json = new();

    public Command Create()
    {
        Command command = new("list", "Lists the keys in this host's key table that still count.") { _json };
        context.SetAction(command, Execute);
        return command;
    }

    private ExitCode Execute(ParseResult parsed)
    {
        HostFolder folder = context.FolderOf(parsed);
        HostSettings settings = folder.ReadSettings();
        DateTimeOffset now = context.Environment.Time.GetUtcNow();
        KeyTableEntry[] entries =
        [
            .. HostSession.TableOf(folder, settings).Entries(now).Where(entry => IsTrusted(settings, entry))
                .OrderBy(entry => entry.Question.Name).ThenBy(entry => entry.Question.Use.Value, StringComparer.Ordinal).ThenBy(entry => entry.Question.Kms),
        ];

        if (parsed.GetValue(_json)) context.Environment.Output.WriteLine(KeyJson.Of(entries));
        else if (entries.Length > 0) TableOf(entries, now).Write(context.Environment);
        else context.Environment.Error.WriteLine("kms: the key table holds no key that counts.");
        return ExitCode.Found;
    }

    /// <summary>An entry counts only while the key that verified it is configured (step 61).</summary>
    private static bool IsTrusted(HostSettings settings, KeyTableEntry entry) =>
        settings.Trust.Any(anchor => anchor.Name == entry.Question.Kms && entry.Question.Name.IsHeldBy(anchor.Domain) && anchor.PublicKeys.Contains(entry.VerifiedBy));

    private static TextTable TableOf(KeyTableEntry[] entries, DateTimeOffset now)
    {
        TextTable table = new("NAME", "USE", "ANCHOR", "KEY (SHA-256)", "COUNTS FOR");
        foreach (KeyTableEntry entry in entries)
        {
            KeyQuestion question = entry.Question;
            table.Add(question.Name.Value, question.Use.Value, question.Kms.Value, entry.Key.Fingerprint.ToString(), DurationText.Of(entry.Expires - now));
        }
        return table;
    }
}
