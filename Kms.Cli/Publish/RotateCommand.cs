using System.CommandLine;
using System.Globalization;
using Kms.Client;

namespace Kms.Cli;

/// <summary>
/// <c>kms rotate</c>: changes this host's own key without a gap. It does the steps that are due and says when the next one is; a timer, or
/// <c>--wait</c>, does the rest.
/// </summary>
internal sealed class RotateCommand(CommandContext context)
{
    private const string AtOnce = "now";

    // A step that comes so soon is waited for: "now" shall be one command.
    private static readonly TimeSpan ShortWait = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan LongestWait = TimeSpan.FromDays(1);

    // What a trust anchor gives an attestation where nothing else is set (attestationLifetime).
    private static readonly TimeSpan StandardLifetime = TimeSpan.FromHours(1);

    private readonly Option<string?> _at = new("--at")
    {
        Description = "Begin: when the new key is to take the old one's place, as 2026-12-01T03:00Z or now. Other hosts have no gap if it is later than an attestation lives, an hour as a rule.",
        HelpName = "TIME",
    };

    private readonly Option<bool> _wait = new("--wait") { Description = "Wait for every step until all is done." };
    private readonly Option<bool> _status = new("--status") { Description = "Say how far it is, and do nothing." };
    private readonly Option<bool> _cancel = new("--cancel") { Description = "Take the change back, as long as the old key is in use." };
    private readonly JsonOption _json = new();
    private readonly ZoneServerOptions _server = new();

    public Command Create()
    {
        Command command = new("rotate", "Changes this host's own key without a gap: publishes the next one, changes at the given time, removes the old one. Run it again, best from a timer, for the steps that come later.")
        {
            _at, _wait, _status, _cancel, _json,
        };
        _server.AddTo(command);
        context.SetAction(command, ExecuteAsync);
        return command;
    }

    private async Task<ExitCode> ExecuteAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        HostFolder folder = context.FolderOf(parsed);
        HostSettings settings = folder.ReadSettings();
        Rotation rotation = new(folder, settings, context.Environment);
        bool wasUnderWay = rotation.Look().Stage != RotationStage.None;
        if (!parsed.GetValue(_status))
        {
            using FileStream alone = TakeTurn(folder);
            if (parsed.GetValue(_cancel)) await CancelAsync(parsed, settings, rotation, cancellationToken);
            else await GoOnAsync(parsed, settings, rotation, cancellationToken);
        }
        await PrintAsync(parsed, rotation, wasUnderWay || parsed.GetValue(_at) is not null);
        return ExitCode.Found;
    }

    private async Task GoOnAsync(ParseResult parsed, HostSettings settings, Rotation rotation, CancellationToken cancellationToken)
    {
        // A command line that lacks something begins nothing.
        KeyZone? zone = parsed.GetValue(_at) is null ? null : _server.Open(parsed, settings, context.Environment);
        await BeginAsync(parsed, rotation);
        while (rotation.Look() is (var stage and not RotationStage.None, { } plan))
        {
            zone ??= _server.Open(parsed, settings, context.Environment);
            TimeSpan wait = plan.DueAfter(stage) - Now;
            if (wait <= TimeSpan.Zero)
            {
                await rotation.StepAsync(stage, plan, zone, cancellationToken);
                continue;
            }
            if (wait > ShortWait && !parsed.GetValue(_wait)) break;
            await Task.Delay(wait < LongestWait ? wait : LongestWait, context.Environment.Time, cancellationToken);
        }
    }

    private async Task BeginAsync(ParseResult parsed, Rotation rotation)
    {
        if (parsed.GetValue(_at) is not { } text) return;
        DateTimeOffset at = text == AtOnce ? Now + Rotation.Lead : Time(text);
        if (rotation.Look().Plan is { } under)
        {
            // The same words again go on with what they began.
            if (text != AtOnce && at != under.At) throw new ConfigurationException($"A change is under way, for {Text(under.At)}: take it back with --cancel to choose another time.");
            return;
        }
        if (at <= Now) throw new FormatException($"{Text(at)} is over: choose a time to come, or now.");
        if (at < Now + StandardLifetime)
            await context.Environment.Error.WriteLineAsync("kms: hosts that have got the old key within the last hour may keep it until its attestation ends, which is after the change. Choose a later time to leave no gap.");
        rotation.Plan(at);
    }

    private async Task CancelAsync(ParseResult parsed, HostSettings settings, Rotation rotation, CancellationToken cancellationToken)
    {
        (RotationStage stage, RotationPlan? plan) = rotation.Look();
        if (plan is null) return;
        if (stage == RotationStage.Switched) throw new ConfigurationException("The new key is in use already, and the old one is gone: change the key again with --at.");
        await rotation.CancelAsync(plan, _server.Open(parsed, settings, context.Environment), cancellationToken);
    }

    private async Task PrintAsync(ParseResult parsed, Rotation rotation, bool wasUnderWay)
    {
        (RotationStage stage, RotationPlan? plan) = rotation.Look();
        DateTimeOffset? next = plan is null ? null : plan.DueAfter(stage) is var due && due > Now ? due : Now;
        if (parsed.GetValue(_json))
        {
            await context.Environment.Output.WriteLineAsync(JsonLine.Of(json =>
            {
                json.WriteStartObject();
                json.WriteString("stage", stage.ToString().ToLowerInvariant());
                if (plan is not null)
                {
                    json.WriteString("at", plan.At);
                    json.WriteString("next", next!.Value);
                    json.WriteString("oldKey", plan.OldKey.ToString());
                    json.WriteString("newKey", plan.NewKey.ToString());
                }
                json.WriteEndObject();
            }));
            return;
        }
        await context.Environment.Output.WriteLineAsync(stage switch
        {
            RotationStage.None when wasUnderWay => parsed.GetValue(_cancel) ? "The change is taken back: the old key stays in use." : "The key is changed, and the old record is gone.",
            RotationStage.None => "No change of the key is under way. Begin one with --at.",
            RotationStage.Planned => $"The next key is made, and not published yet. Its turn is at {Text(plan!.At)}. Run 'kms rotate' again.",
            RotationStage.Published => $"Both keys are published: the new one ({plan!.NewKey.Fingerprint}) counts from {Text(plan.At)}. Run 'kms rotate' then.",
            _ => $"The new key ({plan!.NewKey.Fingerprint}) is in use; restart what has read the old one. The old record can go at {Text(next!.Value)}. Run 'kms rotate' then.",
        });
    }

    /// <summary>One at a time: two that begin at once would each make a key.</summary>
    private static FileStream TakeTurn(HostFolder folder) =>
        LockFile.TryTake(folder.FileOf("rotation.lock"), TimeSpan.Zero) ?? throw new IOException($"Another 'kms rotate' is at work in {folder.Path}. Try again when it is done.");

    private DateTimeOffset Now => context.Environment.Time.GetUtcNow();

    /// <summary>Without a zone it is the time of this machine, as people write it.</summary>
    private static DateTimeOffset Time(string text) => DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeLocal, out DateTimeOffset time)
        ? time
        : throw new FormatException($"\"{text}\" is no time: write 2026-12-01T03:00Z or now.");

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("u", CultureInfo.InvariantCulture);
}
