using System.CommandLine;
using Kms.Client;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary>
/// What all exports share: the key is asked for, files are written where they differ, and a command runs where they did.
/// Without a key nothing is touched.
/// </summary>
internal sealed class KeyExport
{
    /// <summary>
    /// The file beside the last one that says that the command is still to run. It is there from before the first file is written until the
    /// command has succeeded, so that one that failed, or never began, runs the next time.
    /// </summary>
    private const string PendingSuffix = ".pending";

    private readonly CommandContext _context;
    private readonly KeyQuestionArguments _question;
    private readonly Option<string?> _out;
    private readonly Option<string?> _apply = new("--apply-command")
    {
        Description = "A command line for the shell, run only when something was written, and again the next time if it fails; KMS_NAME holds the name. Its failure is exit code 4.",
        HelpName = "COMMAND",
    };

    /// <param name="context">What all commands share.</param>
    /// <param name="use">What the key is for where nothing else is said.</param>
    /// <param name="outName">What <c>--out</c> takes.</param>
    /// <param name="outDescription">What that is.</param>
    public KeyExport(CommandContext context, string use, string outName, string outDescription)
    {
        (_context, _question) = (context, new KeyQuestionArguments(Use.Parse(use)));
        _out = new("--out") { Description = outDescription, HelpName = outName };
    }

    public void AddTo(Command command)
    {
        _question.AddTo(command);
        command.Options.Add(_out);
        command.Options.Add(_apply);
    }

    /// <summary>Runs the export.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="write">
    /// Makes the files for a key: given this host's settings and the target of <c>--out</c>, or an empty text where all is printed. The last one refers to the
    /// others. Null where the key does not fit; then it has said so.
    /// </param>
    /// <param name="cancellationToken">Ends it.</param>
    public async Task<ExitCode> RunAsync(ParseResult parsed, Func<KeyFound, HostSettings, string, IReadOnlyList<ExportedFile>?> write, CancellationToken cancellationToken)
    {
        (DomainName name, Use use) = _question.Read(parsed);
        (string? target, string? apply) = (parsed.GetValue(_out), parsed.GetValue(_apply));
        if (apply is not null && target is null) throw new FormatException("--apply-command runs when files have changed: name them with --out.");
        using HostSession session = HostSession.Open(_context, parsed);
        if (name == session.Settings.Name) throw new FormatException($"{name} is this host itself: name the other one.");

        KeyResult result = await session.Client.GetKeyAsync(name, use, cancellationToken);

        if (result is not KeyFound found)
        {
            await SayAsync(result.Summary);
            return KeyResultCode.Of(result);
        }
        if (write(found, session.Settings, target ?? "") is not { } files) return ExitCode.Failed;
        ExitCode code = ExitCode.Found;
        if (target is null) await PrintAsync([.. files.Where(file => !file.IsSecret)]);
        else code = await WriteAsync(files, apply, name, cancellationToken);
        await session.SettleAsync(cancellationToken);
        return code;
    }

    private async Task<ExitCode> WriteAsync(IReadOnlyList<ExportedFile> files, string? apply, DomainName name, CancellationToken cancellationToken)
    {
        ExportedFile[] changed = [.. files.Where(file => file.Differs())];
        string pending = files[^1].Path + PendingSuffix;
        if (apply is not null && changed.Length > 0) new ExportedFile(pending, "").Write();
        foreach (ExportedFile file in changed)
        {
            file.Write();
            await SayAsync($"{file.Path} is written");
        }
        if (apply is null || !File.Exists(pending)) return ExitCode.Found;

        if (!await ShellCommand.RunAsync(apply, new Dictionary<string, string> { ["KMS_NAME"] = name.Value }, _context.Environment, cancellationToken))
        {
            await SayAsync("it runs again the next time");
            return ExitCode.Failed;
        }
        File.Delete(pending);
        return ExitCode.Found;
    }

    /// <summary>One file is printed as it is, of several each under its name; a comment to all who read such files.</summary>
    private async Task PrintAsync(ExportedFile[] files)
    {
        foreach (ExportedFile file in files)
        {
            if (files.Length > 1) await _context.Environment.Output.WriteLineAsync($"# {file.Path}");
            await _context.Environment.Output.WriteAsync(file.Content);
        }
    }

    private Task SayAsync(string text) => _context.Environment.Error.WriteLineAsync($"kms: {text}");
}
