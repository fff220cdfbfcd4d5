using System.CommandLine;
using Kms.Client;
using Kms.Protocol;

namespace Kms.Benchmarks;

/// <summary>
/// <c>attack</c>: what ordinary queries and honest hosts get while the upper KMS is silent or answers without end, while packets are as long as can
/// be, and while connections are held, against what they get beside as much that is ordinary. <c>flood</c> has the attacks with many packets.
/// </summary>
internal static class AttackCommand
{
    private const int Hosts = 1000;

    public static Command Create()
    {
        Option<string[]> only = new("--only") { Description = "Which attacks: silent, idle, huge, long, slow.", AllowMultipleArgumentsPerToken = true, DefaultValueFactory = _ => AttackGroups.Names };
        only.AcceptOnlyFromAmong(AttackGroups.Names);
        Option<int> rounds = new("--rounds") { Description = "How many rounds.", DefaultValueFactory = _ => 3 };
        Option<double> seconds = new("--seconds") { Description = "How long each takes; slow ones 12 at least, in which a server closes connections.", DefaultValueFactory = _ => 5 };
        Option<int> rate = new("--rate") { Description = "Inquiries a second with nobody above who answers; four times as many to fill all places.", DefaultValueFactory = _ => 1000 };
        Command command = new("attack", "Attacks a hierarchy that keeps its default limits by other means than many packets, and sees what others still get.") { only, rounds, seconds, rate };
        TargetOptions target = new(command);
        command.SetAction(async (parsed, _) =>
        {
            SealKind seal = target.SealOf(parsed);
            await using ITarget where = await target.StartAsync(parsed, TargetStart.DefaultLimits);
            using HonestHosts honest = new(where.Asked, seal, Speakers.WarmNames(where.Asked, 1)[0]);
            await where.PublishAsync(honest.Records);
            using LoadSession session = await LoadSession.StartAsync(where.Asked, where.PublishAsync, seal, Hosts, warmNames: 1, coldNames: 1);
            AttackGroups groups = new(where, session, parsed.GetValue(rate), TimeSpan.FromSeconds(parsed.GetValue(seconds)));
            using AttackRun run = new(where, honest, session);
            Console.WriteLine($"{where.Title}, {seal} authentication, {parsed.GetValue(rounds)} rounds\n");
            await run.BeginAsync();
            foreach (string name in parsed.GetValue(only)!) await groups.RunAsync(name, run, parsed.GetValue(rounds));
            await run.EndAsync();
            KeyResult cold = await honest.AskAsync(0, session.Speakers.ColdName(0));
            Console.WriteLine($"A key that nobody asked for before: {cold.Summary}");
            return cold is KeyFound ? 0 : 1;
        });
        return command;
    }
}
