using System.Globalization;
using Kms.Protocol;

namespace Kms.Benchmarks;

/// <summary>The hosts that speak in a load, and the packets that they send.</summary>
internal sealed class Speakers : IDisposable
{
    /// <summary>So many different packets are enough of what is sent again and again.</summary>
    private const int Endless = 4096;

    /// <summary>So few of what is answered eight times first.</summary>
    private const int Few = 256;

    private readonly Asked _asked;
    private readonly Speaker[] _speakers;
    private readonly KeyImporter _importer = new(null);
    private readonly string _mark;
    private int _coldUsed;

    /// <summary>Makes keys for hosts.</summary>
    /// <param name="asked">Whom they ask.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="authentication">How they authenticate themselves.</param>
    public Speakers(Asked asked, int count, SealKind authentication)
    {
        _asked = asked;
        _mark = authentication == SealKind.Mac ? "m" : "s";
        _speakers = new Speaker[count];
        Parallel.For(0, count, i => _speakers[i] = new Speaker(Named($"{_mark}{i}", asked.Domain), asked, authentication, _importer));
    }

    /// <summary>How many hosts there are.</summary>
    public int Count => _speakers.Length;

    /// <summary>The records that publish their keys.</summary>
    public IEnumerable<KeyRecord> Records => _speakers.Select(speaker => speaker.Record);

    /// <summary>The hosts whose keys are asked for warm.</summary>
    public static IReadOnlyList<DomainName> WarmNames(Asked asked, int count) => [.. Enumerable.Range(0, count).Select(i => Named($"warm{i}", asked.OtherDomain))];

    /// <summary>How many hosts are published to be asked for cold; when all have been, it begins anew.</summary>
    public int ColdNames { get; init; } = int.MaxValue;

    /// <summary>A host whose key is asked for cold: each name serves for one inquiry.</summary>
    public DomainName ColdName(int number) => Named($"cold-{_mark}{number}", _asked.OtherDomain);

    /// <summary>Records that publish one key for many names: who is asked for has nothing to do.</summary>
    public static IEnumerable<KeyRecord> Publish(IEnumerable<DomainName> names)
    {
        using SigningKey key = KeyImporter.Generate();
        foreach (DomainName name in names) yield return new KeyRecord(name, Use.Identity, key.PublicKey, null, null);
    }

    /// <summary>One inquiry of each host, all for names that are warm then, or will be.</summary>
    public PacketPool OneOfEach(IReadOnlyList<DomainName> names) => Honest(PacketKind.Warm, _speakers.Length, i => names[i % names.Count]);

    /// <summary>Inquiries for warm names, each host in turn.</summary>
    public PacketPool Warm(int count, IReadOnlyList<DomainName> names) => Honest(PacketKind.Warm, count, i => names[(int)(i * 7919L % names.Count)]);

    /// <summary>Inquiries for cold names; the names of further calls are others.</summary>
    public PacketPool Cold(int count)
    {
        int first = _coldUsed;
        _coldUsed += count;
        return Honest(PacketKind.Cold, count, i => ColdName((first + i) % ColdNames));
    }

    /// <summary>Inquiries for names without a key.</summary>
    public PacketPool Unsolved(int count) => Honest(PacketKind.Unsolved, count, i => Named($"nobody{i}", _asked.OtherDomain));

    /// <summary>Inquiries with wrong seals.</summary>
    public PacketPool Forged(IReadOnlyList<DomainName> names) => new(PacketKind.Forged, Make(Endless, (speaker, i) => speaker.Forge(names[i % names.Count])), isEndless: true);

    /// <summary>A few genuine inquiries, for ever.</summary>
    public PacketPool Replayed(IReadOnlyList<DomainName> names) => new(PacketKind.Replayed, Make(Few, (speaker, i) => speaker.Inquire(names[i % names.Count])), isEndless: true);

    /// <summary>Packets that break off.</summary>
    public PacketPool Malformed(IReadOnlyList<DomainName> names) => new(PacketKind.Malformed, Make(Endless, (speaker, i) => speaker.Break(names[i % names.Count])), isEndless: true);

    /// <summary>An ordinary query, for ever.</summary>
    public static PacketPool Ordinary(PacketKind kind, string name, DnsType type) =>
        new(kind, [new DnsMessage { Questions = [new DnsQuestion(name, type)], Edns = new Edns() }.ToArray()], isEndless: true);

    public void Dispose()
    {
        foreach (Speaker speaker in _speakers) speaker.Dispose();
    }

    private static DomainName Named(string label, DomainName domain) => DomainName.Parse(string.Create(CultureInfo.InvariantCulture, $"{label}.{domain}"));

    private PacketPool Honest(PacketKind kind, int count, Func<int, DomainName> nameOf) => new(
        kind, Make(count, (speaker, i) => speaker.Inquire(nameOf(i))), isEndless: false,
        (i, response, at) => _speakers[i % _speakers.Length].FindFault(nameOf(i), response, kind == PacketKind.Unsolved, at));

    private byte[][] Make(int count, Func<Speaker, int, byte[]> make)
    {
        byte[][] packets = new byte[count][];
        Parallel.For(0, count, i => packets[i] = make(_speakers[i % _speakers.Length], i));
        return packets;
    }
}
