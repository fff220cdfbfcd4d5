using Kms.Protocol;

namespace Kms.Server;

/// <summary>
/// The requests that were accepted, by (<c>from</c>, <c>t</c>, <c>id</c>), until <c>at</c> and the skew have passed
/// (docs/PROTOCOL.md section 5, "Freshness"), by the clock and in truth: a clock set forward and back again forgets nothing. Each
/// sender has its own share; a full share refuses that sender alone, and nothing is evicted early.
/// </summary>
internal sealed class ReplayMemory
{
    private static readonly TimeSpan OneSecond = TimeSpan.FromSeconds(1);
    private static readonly long Skew = (long)Spec.AllowedSkew.TotalSeconds;

    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly Dictionary<DomainName, Share> _shares = [];
    private readonly PriorityQueue<(Share Share, Key Key, long Passed), long> _ends = new();
    private long _began;
    private long _latest;

    /// <summary>Makes a memory, which begins now.</summary>
    public ReplayMemory(TimeProvider time)
    {
        _time = time;
        _began = _latest = time.GetUtcNow().ToUnixTimeSeconds();
    }

    /// <summary>The number of requests remembered.</summary>
    public int Count
    {
        get { lock (_lock) return _ends.Count; }
    }

    /// <summary>
    /// Whether a request written then may have been used before and be forgotten: it is older than this memory, or was made
    /// so old by a clock that has been set back since.
    /// </summary>
    public bool MayHaveForgotten(DateTimeOffset at)
    {
        lock (_lock)
        {
            ReadClock();
            return at.ToUnixTimeSeconds() < Math.Max(_began, _latest - Skew);
        }
    }

    /// <summary>Whether a request is remembered, before its seal is checked.</summary>
    public ReplayVerdict Look(MessageText request, out Task<Response>? response)
    {
        Request message = (Request)request.Message;
        response = null;
        lock (_lock)
        {
            Forget();
            return _shares.TryGetValue(message.From, out Share? share) && share.Entries.TryGetValue(new Key(message.Type, message.Id), out Entry? entry)
                ? Judge(entry, request, out response)
                : ReplayVerdict.New;
        }
    }

    /// <summary>Enters a request whose seal was good, unless it is remembered already.</summary>
    /// <param name="request">The request.</param>
    /// <param name="shareLimit">How many requests of this sender are remembered.</param>
    /// <param name="limit">How many requests are remembered in all.</param>
    /// <param name="outcome">Where its response will be found.</param>
    /// <param name="response">The response of the request that is remembered already.</param>
    public ReplayVerdict Enter(MessageText request, int shareLimit, int limit, Task<Response> outcome, out Task<Response>? response)
    {
        Request message = (Request)request.Message;
        Key key = new(message.Type, message.Id);
        response = null;
        lock (_lock)
        {
            Forget();
            if (!_shares.TryGetValue(message.From, out Share? share)) share = new Share(message.From);
            else if (share.Entries.TryGetValue(key, out Entry? entry)) return Judge(entry, request, out response);
            if (share.Entries.Count >= shareLimit) return ReplayVerdict.ShareFull;
            if (_ends.Count >= limit) return ReplayVerdict.Full;
            share.Entries.Add(key, new Entry(request.Digest, outcome));
            _shares.TryAdd(message.From, share);
            DateTimeOffset end = message.At + Spec.AllowedSkew;
            long passed = _time.GetTimestamp() + (long)((end + OneSecond - _time.GetUtcNow()).TotalSeconds * _time.TimestampFrequency);
            _ends.Enqueue((share, key, passed), end.ToUnixTimeSeconds());
            return ReplayVerdict.New;
        }
    }

    private static ReplayVerdict Judge(Entry entry, MessageText request, out Task<Response>? response)
    {
        response = null;
        if (entry.Digest != request.Digest) return ReplayVerdict.OtherBytes;
        if (entry.Retransmissions >= Spec.MaximumRetransmissions) return ReplayVerdict.TooOften;
        entry.Retransmissions++;
        response = entry.Outcome;
        return ReplayVerdict.Retransmission;
    }

    private void Forget()
    {
        // An `at` is good up to and including now + skew, so the entry goes only when that second has passed.
        long now = ReadClock();
        while (_ends.TryPeek(out (Share Share, Key Key, long Passed) oldest, out long end) && end < now && oldest.Passed <= _time.GetTimestamp())
        {
            _ends.Dequeue();
            oldest.Share.Entries.Remove(oldest.Key);
            if (oldest.Share.Entries.Count == 0) _shares.Remove(oldest.Share.From);
        }
    }

    /// <summary>
    /// Set back by more than the skew, the clock was wrong before: the memory begins anew, for otherwise nobody would be
    /// heard until the time is back that it showed. What is remembered stays.
    /// </summary>
    private long ReadClock()
    {
        long now = _time.GetUtcNow().ToUnixTimeSeconds();
        if (now < _latest - Skew) _began = _latest = now;
        else if (now > _latest) _latest = now;
        return now;
    }

    private readonly record struct Key(MessageType Type, InquiryId Id);

    private sealed class Share(DomainName from)
    {
        public DomainName From { get; } = from;

        public Dictionary<Key, Entry> Entries { get; } = [];
    }

    private sealed class Entry(Digest digest, Task<Response> outcome)
    {
        public Digest Digest { get; } = digest;

        public Task<Response> Outcome { get; } = outcome;

        public int Retransmissions { get; set; }
    }
}
