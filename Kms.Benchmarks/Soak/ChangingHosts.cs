using System.Diagnostics;
using Kms.Client;
using Kms.Protocol;

namespace Kms.Benchmarks;

/// <summary>
/// Hosts whose keys are replaced now and then, and what others are told of them: only keys that were published, none that was replaced
/// longer ago than its attestation may live, and none that was replaced after its successor was seen.
/// </summary>
internal sealed class ChangingHosts
{
    private const int Count = 20;

    /// <summary>For the way of an answer, and seconds that are cut off.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(4);

    private readonly Lock _gate = new();
    private readonly History[] _histories;
    private readonly ITarget _target;
    private readonly HonestHosts _askers;
    private readonly TimeSpan _longest;
    private readonly List<string> _faults = [];
    private int _asked, _found, _changes;

    /// <summary>Makes the hosts; they are not published yet.</summary>
    /// <param name="target">Where.</param>
    /// <param name="askers">Who asks for them.</param>
    /// <param name="lifetime">How long attestations count.</param>
    public ChangingHosts(ITarget target, HonestHosts askers, TimeSpan lifetime)
    {
        (_target, _askers, _longest) = (target, askers, lifetime + new Kms.Server.Limits().KeyRefresh + Margin);
        // Some in the domain that asks, some elsewhere.
        _histories = [.. Enumerable.Range(0, Count).Select(i => new History(DomainName.Parse($"changing{i}.{(i % 4 == 0 ? target.Asked.Domain : target.Asked.OtherDomain)}")))];
    }

    /// <summary>How many keys were asked for.</summary>
    public int Asked => Volatile.Read(ref _asked);

    /// <summary>How many of those came, right or wrong.</summary>
    public int Found => Volatile.Read(ref _found);

    /// <summary>How many keys were replaced.</summary>
    public int Changes => Volatile.Read(ref _changes);

    /// <summary>What was wrong. That no answer came is not among it.</summary>
    public IReadOnlyList<string> Faults
    {
        get { lock (_gate) return [.. _faults]; }
    }

    /// <summary>Publishes a first key for each.</summary>
    public async Task PublishAllAsync()
    {
        List<KeyRecord> records = [];
        lock (_gate)
        {
            foreach (History history in _histories) records.Add(history.Add());
        }
        await _target.PublishAsync(records);
    }

    /// <summary>Replaces the key of one.</summary>
    /// <param name="number">Which: any number.</param>
    public async Task ChangeAsync(int number)
    {
        History history = _histories[number % Count];
        KeyRecord record;
        lock (_gate) record = history.Add();
        await _target.PublishAsync([record]);
        lock (_gate) history.Published = Stopwatch.GetTimestamp();
        Interlocked.Increment(ref _changes);
    }

    /// <summary>Asks for one's key and looks at what comes.</summary>
    /// <param name="number">Which: any number.</param>
    public async Task AskAsync(int number)
    {
        // The number that asks and the one that is asked for go round at different speeds.
        History history = _histories[number % Count];
        int seenBefore;
        lock (_gate) seenBefore = history.Seen;
        KeyResult result = await _askers.AskAsync(number / Count, history.Name);
        Interlocked.Increment(ref _asked);
        lock (_gate)
        {
            if (result is KeyFailed) return; // no answer is not a wrong one
            if (result is KeyFound) _found++;
            string? fault = result is KeyFound found ? history.FindFault(found.Key, seenBefore, _longest) : result.Summary;
            if (fault is not null) _faults.Add($"{DateTime.UtcNow:T} {history.Name}: {fault}");
        }
    }

    private sealed class History(DomainName name)
    {
        private readonly List<(PublicKey Key, long ReplacedAt)> _keys = [];

        public DomainName Name => name;

        /// <summary>The newest key that anybody was told.</summary>
        public int Seen { get; private set; }

        /// <summary>Since when the newest one stands in the zone.</summary>
        public long Published
        {
            set { if (_keys.Count > 1) _keys[^2] = _keys[^2] with { ReplacedAt = value }; }
        }

        public KeyRecord Add()
        {
            using SigningKey key = KeyImporter.Generate();
            _keys.Add((key.PublicKey, 0));
            return new KeyRecord(name, Use.Identity, key.PublicKey, null, null);
        }

        public string? FindFault(PublicKey told, int seenBefore, TimeSpan longest)
        {
            int number = _keys.FindIndex(known => known.Key.Equals(told));
            if (number < 0) return "a key that was never published";
            Seen = Math.Max(Seen, number);
            if (number < seenBefore) return $"key {number} came back after key {seenBefore} was seen";
            long replaced = _keys[number].ReplacedAt;
            return replaced != 0 && Stopwatch.GetElapsedTime(replaced) > longest ? $"a key {Stopwatch.GetElapsedTime(replaced)} after it was replaced" : null;
        }
    }
}
