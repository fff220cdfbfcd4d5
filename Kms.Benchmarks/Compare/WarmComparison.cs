using Kms.Protocol;

namespace Kms.Benchmarks;

/// <summary>Warm inquiries against TXT records of the same server's own zone.</summary>
internal static class WarmComparison
{
    private const int Hosts = 1000;
    private const int Names = 100;
    private const int SignedPerSecond = 12_000;
    private const int MacPerSecond = 70_000;
    private const int AtOnce = 64;

    /// <summary>In these the platform compiles what is used much, twice.</summary>
    private const int WarmUpRounds = 2;

    public static async Task<string> RunAsync(IReadOnlyList<string> targets, int rounds, TimeSpan length)
    {
        using StringWriter page = new();
        await page.WriteLineAsync($"**A warm inquiry against a TXT record of the same server's own zone**, {Hosts} hosts, {AtOnce} at once, {rounds} rounds of {length.TotalSeconds:0.#} s; the aim for signatures is 0.22 of the rate, for MACs 0.75:\n");
        await page.WriteLineAsync("| server | turn | answers a second | ratio to TXT | processor time, ratio to TXT | p50 | p99 |\n|---|---|---|---|---|---|---|");
        foreach (string name in targets) await WriteAsync(page, name, rounds, length);
        return page.ToString();
    }

    private static async Task WriteAsync(TextWriter page, string name, int rounds, TimeSpan length)
    {
        // A KMS that is set to MACs takes both.
        await using ITarget target = await TargetStart.StartAsync(name, SealKind.Mac, TargetStart.NoLimits);
        using LoadSession signing = await LoadSession.StartAsync(target.Asked, target.PublishAsync, SealKind.Signature, Hosts, Names, coldNames: 0);
        using LoadSession mac = await LoadSession.StartAsync(target.Asked, target.PublishAsync, SealKind.Mac, Hosts, Names, coldNames: 0);
        Turn[] turns =
        [
            TurnOf("TXT", signing, PacketKind.Txt, 1),
            TurnOf("inquiry, signed", signing, PacketKind.Warm, (int)(SignedPerSecond * length.TotalSeconds)),
            TurnOf("inquiry, with a MAC", mac, PacketKind.Warm, (int)(MacPerSecond * length.TotalSeconds)),
        ];
        await Turn.TakeAllAsync(turns, WarmUpRounds);
        foreach (Turn turn in turns) turn.Forget();
        await Turn.TakeAllAsync(turns, rounds);
        foreach (Turn turn in turns)
        {
            await page.WriteLineAsync(
                $"| {target.Title} | {turn.Title} | {Ratio.Text(turn.Rates, "#,0")} | {Ratio.Text(turn.RateTo(turns[0]))} | {Ratio.Text(turn.ProcessorTimeTo(turns[0]))} | {turn.Milliseconds(0.5):0.0} ms | {turn.Milliseconds(0.99):0.0} ms |");
        }

        Turn TurnOf(string title, LoadSession session, PacketKind kind, int packets) => new(title, target.Use, () =>
        {
            Mix mix = Mix.Of(kind);
            return LoadGenerator.RunAsync(session.Plan(mix, length) with { Concurrency = AtOnce }, session.Prepare(mix, packets));
        });
    }
}
