using System.CommandLine;
using Kms.Client;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary><c>kms forget</c>: removes entries from the own table, so that the next use asks the KMS.</summary>
internal sealed class ForgetCommand(CommandContext context)
{
    private readonly KeyQuestionArguments _question = new();
    private readonly Option<bool> _allUses = new("--all-uses") { Description = "Forgets the keys for every use, whatever --use says." };
    private readonly Option<bool> _mark = new("--mark")
    {
        Description = "Forgets also the mark, by which a key that was replaced, or said not to exist, is refused for a day after the entry has expired. Needed only when the domain itself has gone back to an earlier key, or has given its key up, and you know that from its administrator.",
    };

    public Command Create()
    {
        Command command = new("forget", "Forgets the key of a host: the next use asks the KMS. What protects from replaced keys stays, unless --mark is given.") { _allUses, _mark };
        _question.AddTo(command);
        context.SetAction(command, ExecuteAsync);
        return command;
    }

    private async Task<ExitCode> ExecuteAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        (DomainName name, Use use) = _question.Read(parsed);
        bool withMarks = parsed.GetValue(_mark);
        HostFolder folder = context.FolderOf(parsed);
        FileKeyTable table = HostSession.TableOf(folder, folder.ReadSettings());

        IReadOnlyList<KeyQuestion> forgotten = table.Forget(name, parsed.GetValue(_allUses) ? null : use, withMarks, context.Environment.Time.GetUtcNow());

        foreach (KeyQuestion question in forgotten)
            await context.Environment.Error.WriteLineAsync($"kms: forgot the {question.Use} key of {name} by {question.Kms}{(withMarks ? " and its mark" : "; its mark stays: a key that it replaced is still refused")}.");
        if (forgotten.Count == 0) await context.Environment.Error.WriteLineAsync($"kms: there was nothing to forget of {name}.");
        return ExitCode.Found;
    }
}
