using System.Diagnostics;
using System.Net;
using Kms.Client;
using Kms.Protocol;

namespace Kms.Benchmarks;

/// <summary>Hosts that ask for keys as <c>kms</c> does, with its time-outs and over TCP where they are sent there, and keep none.</summary>
internal sealed class HonestHosts : IDisposable
{
    private const int Hosts = 20;
    private const int PerSecond = 50;

    private readonly (DomainName Name, SigningKey Key)[] _hosts;
    private readonly Asked _asked;
    private readonly SealKind _authentication;
    private readonly DomainName _name;
    private readonly TimeProvider _time;

    /// <summary>Makes keys.</summary>
    /// <param name="asked">Whom they ask.</param>
    /// <param name="authentication">How they authenticate themselves.</param>
    /// <param name="name">Whose key they ask for.</param>
    /// <param name="time">Their clock; null: the machine's.</param>
    public HonestHosts(Asked asked, SealKind authentication, DomainName name, TimeProvider? time = null)
    {
        (_asked, _authentication, _name, _time) = (asked, authentication, name, time ?? TimeProvider.System);
        _hosts = [.. Enumerable.Range(0, Hosts).Select(i => (DomainName.Parse($"honest{i}.{asked.Domain}"), KeyImporter.Generate()))];
    }

    /// <summary>The records that publish their keys.</summary>
    public IReadOnlyCollection<KeyRecord> Records => [.. _hosts.Select(host => new KeyRecord(host.Name, Use.Identity, host.Key.PublicKey, null, null))];

    /// <summary>Asks at a steady rate.</summary>
    /// <returns>How many keys were asked for, how many came, and how long the slowest took.</returns>
    public async Task<(int Asked, int Answered, TimeSpan Longest)> AskAsync(TimeSpan length)
    {
        List<Task<(bool, TimeSpan)>> asking = [];
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; Stopwatch.GetElapsedTime(start) is var now && now < length; i++)
        {
            TimeSpan due = TimeSpan.FromSeconds((double)i / PerSecond);
            if (due > now) await Task.Delay(due - now);
            asking.Add(TimeAsync(i));
        }
        (bool Good, TimeSpan Took)[] results = await Task.WhenAll(asking);
        return (results.Length, results.Count(result => result.Good), results.Max(result => result.Took));
    }

    public void Dispose()
    {
        foreach ((_, SigningKey key) in _hosts) key.Dispose();
    }

    /// <summary>Asks for a key as one of the hosts.</summary>
    /// <param name="number">Which host asks: any number.</param>
    /// <param name="name">Whose key.</param>
    public Task<KeyResult> AskAsync(int number, DomainName name)
    {
        (DomainName host, SigningKey key) = _hosts[number % Hosts];
        KmsClient client = new(
            new KmsClientConfiguration
            {
                Name = host,
                Key = key,
                Kms = new AskedKms(_asked.Name, [_asked.Dns], [_asked.Key]),
                TrustAnchors = [new TrustAnchor(_asked.Anchor, _asked.AnchorDomain, [_asked.AnchorKey])],
                Authentication = _authentication,
                Address = new IPEndPoint(IPAddress.Loopback, Spec.DnsPort),
            },
            new KmsClientEnvironment { Exchange = new DnsExchange(new SocketDnsWire(), _time), Time = _time });
        return client.GetKeyAsync(name, Use.Identity);
    }

    private async Task<(bool, TimeSpan)> TimeAsync(int number)
    {
        long start = Stopwatch.GetTimestamp();
        KeyResult result = await AskAsync(number, _name);
        return (result is KeyFound, Stopwatch.GetElapsedTime(start));
    }
}
