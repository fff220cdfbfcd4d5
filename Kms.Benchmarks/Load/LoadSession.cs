using Kms.Protocol;

namespace Kms.Benchmarks;

/// <summary>A target whose hosts are published and whose warm names are warm: loads can be sent.</summary>
internal sealed class LoadSession : IDisposable
{
    private const int MaximumRounds = 20;
    private const int WarmUpRate = 400;
    private const int Unanswered = 4;

    private readonly IReadOnlyList<DomainName> _warmNames;

    private LoadSession(Asked asked, Speakers speakers, IReadOnlyList<DomainName> warmNames) => (Asked, Speakers, _warmNames) = (asked, speakers, warmNames);

    public Asked Asked { get; }

    public Speakers Speakers { get; }

    /// <summary>Publishes hosts, and warms names up.</summary>
    /// <param name="asked">Whom they ask.</param>
    /// <param name="publish">Publishes records in the zones.</param>
    /// <param name="authentication">How the hosts authenticate themselves.</param>
    /// <param name="hosts">How many hosts ask.</param>
    /// <param name="warmNames">How many names are asked for warm.</param>
    /// <param name="coldNames">How many names are published that are asked for cold.</param>
    /// <exception cref="InvalidOperationException">The target does not answer.</exception>
    public static async Task<LoadSession> StartAsync(
        Asked asked, Func<IReadOnlyCollection<KeyRecord>, Task> publish, SealKind authentication, int hosts, int warmNames, int coldNames)
    {
        Speakers speakers = new(asked, hosts, authentication) { ColdNames = Math.Max(coldNames, 1) };
        LoadSession session = new(asked, speakers, Speakers.WarmNames(asked, warmNames));
        await publish([.. speakers.Records]);
        await publish([.. Speakers.Publish(session._warmNames.Concat(Enumerable.Range(0, coldNames).Select(i => speakers.ColdName(i))))]);

        await session.WarmAsync();
        return session;
    }

    /// <summary>
    /// Lets every host ask once: from then on the server has the keys at hand, and whoever floods it does not keep them out. Slowly, since until
    /// then all hosts share one limit. To be done again after a new configuration.
    /// </summary>
    /// <exception cref="InvalidOperationException">The target does not answer.</exception>
    public async Task WarmAsync()
    {
        int hosts = Speakers.Count;
        for (int round = 0; round < MaximumRounds; round++)
        {
            LoadPlan plan = Plan(Mix.Of(PacketKind.Warm), TimeSpan.FromMinutes(1)) with { Rate = Math.Max(WarmUpRate, hosts / 2), Patience = TimeSpan.FromSeconds(Unanswered) };
            LoadResult result = await LoadGenerator.RunAsync(plan, Speakers.OneOfEach(_warmNames));
            if (result.Of(PacketKind.Warm, Outcome.Answered) == hosts) return;
        }
        throw new InvalidOperationException($"{Asked.Name} at {Asked.Dns} does not answer every host.");
    }

    /// <summary>A load for this target.</summary>
    public LoadPlan Plan(Mix mix, TimeSpan length) => new(Asked.Dns, mix, length);

    /// <summary>Packets for a mix.</summary>
    /// <param name="mix">The mix.</param>
    /// <param name="packets">How many packets that are sent once only are made, of all kinds together.</param>
    public IReadOnlyList<PacketPool> Prepare(Mix mix, int packets) => [.. mix.Parts.Select(part => Prepare(part.Kind, (int)Math.Ceiling(packets * mix.ShareOf(part.Kind))))];

    /// <summary>Packets of one kind.</summary>
    /// <param name="kind">The kind.</param>
    /// <param name="count">How many are made, if they are sent once only.</param>
    public PacketPool Prepare(PacketKind kind, int count) => kind switch
    {
        PacketKind.Warm => Speakers.Warm(count, _warmNames),
        PacketKind.Cold => Speakers.Cold(count),
        PacketKind.Unsolved => Speakers.Unsolved(count),
        PacketKind.Forged => Speakers.Forged(_warmNames),
        PacketKind.Replayed => Speakers.Replayed(_warmNames),
        PacketKind.Malformed => Speakers.Malformed(_warmNames),
        PacketKind.Txt => Speakers.Ordinary(kind, Asked.Domain.Value, DnsType.Txt),
        PacketKind.A => Speakers.Ordinary(kind, "www." + Asked.Domain.Value, DnsType.A),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "A key server has no such thing."),
    };

    public void Dispose() => Speakers.Dispose();
}
