using Kms.Protocol;

namespace Kms.Server;

/// <summary>
/// The requests that were accepted, by (<c>from</c>, <c>t</c>, <c>id</c>), until <c>at</c> and the skew have passed
/// (docs/PROTOCOL.md section 5, "Freshness"), by the clock and in truth: a clock set forward and back again forgets nothing. Each
/// sender has its own share; a full share refuses that sender alone, and nothing is evicted early.
/// </summary>
internal sealed class ReplayMemory
{
    /// <summary>How many are forgotten at a time, so that nobody waits for a whole second's.</summary>
    private const int ForgottenAtOnce = 256;

    /// <summary>So many places for each request are too many.</summary>
    private const int TooManyPlaces = 16;

    private static readonly TimeSpan OneSecond = TimeSpan.FromSeconds(1);
    private static readonly long Skew = (long)Spec.AllowedSkew.TotalSeconds;

    private readonly TimeProvider _time;
    private readonly long _started;
    private readonly Lock _lock = new();
    private readonly Dictionary<DomainName, SenderShare> _shares = [];
    private readonly Dictionary<long, Second> _seconds = [];
    private readonly PriorityQueue<Second, long> _ends = new();
    private RememberedRequests _requests = new();
    private long _began;
    private long _latest;
    private long _forgotten = long.MinValue;

    /// <summary>Makes a memory, which begins now.</summary>
    public ReplayMemory(TimeProvider time)
    {
        _time = time;
        _started = time.GetTimestamp();
        _began = _latest = time.GetUtcNow().ToUnixTimeSeconds();
    }

    /// <summary>The number of requests remembered.</summary>
    public int Count
    {
        get
        {
            lock (_lock)
            {
                Forget(int.MaxValue);
                return _requests.Count;
            }
        }
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
        response = null;
        lock (_lock)
        {
            Forget(ForgottenAtOnce);
            int number = Find((Request)request.Message, out _);
            return number == RememberedRequests.None ? ReplayVerdict.New : Judge(number, request, out response);
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
        response = null;
        lock (_lock)
        {
            int number = Find(message, out SenderShare? share);
            if (number != RememberedRequests.None) return Judge(number, request, out response);
            if (share?.Count >= shareLimit || _requests.Count >= limit) Forget(int.MaxValue);
            if (share?.Count >= shareLimit) return ReplayVerdict.ShareFull;
            if (_requests.Count >= limit) return ReplayVerdict.Full;
            if (share is null or { Count: 0 }) _shares[message.From] = share = new SenderShare(message.From);
            share.Count++;
            Second second = SecondOf(message.At + Spec.AllowedSkew);
            second.Newest = _requests.Add(share, message.Type, message.Id, request.Digest, outcome, second.Newest);
            return ReplayVerdict.New;
        }
    }

    /// <summary>Keeps the response of a request that was entered, in place of the task that brought it.</summary>
    public void Settle(MessageText request, Response response)
    {
        lock (_lock)
        {
            int number = Find((Request)request.Message, out _);
            if (number == RememberedRequests.None || _requests.EntryOf(number).Digest != request.Digest) return;
            ref RememberedRequests.References references = ref _requests.ReferencesOf(number);
            (references.Awaited, references.Settled) = (null, response);
        }
    }

    private int Find(Request request, out SenderShare? share) =>
        _shares.TryGetValue(request.From, out share) ? _requests.Find(share, request.Type, request.Id) : RememberedRequests.None;

    private ReplayVerdict Judge(int number, MessageText request, out Task<Response>? response)
    {
        ref RememberedRequests.Entry entry = ref _requests.EntryOf(number);
        response = null;
        if (entry.Digest != request.Digest) return ReplayVerdict.OtherBytes;
        if (entry.Retransmissions >= Spec.MaximumRetransmissions) return ReplayVerdict.TooOften;
        entry.Retransmissions++;
        ref RememberedRequests.References references = ref _requests.ReferencesOf(number);
        response = references.Awaited ?? Task.FromResult(references.Settled);
        return ReplayVerdict.Retransmission;
    }

    /// <summary>Those that are good until then, and no longer.</summary>
    private Second SecondOf(DateTimeOffset end)
    {
        long clock = end.ToUnixTimeSeconds();
        if (!_seconds.TryGetValue(clock, out Second? second)) _ends.Enqueue(_seconds[clock] = second = new Second(clock), clock);

        // Another clock than before may put the same second at another time.
        long passed = _time.GetTimestamp() + (long)((end + OneSecond - _time.GetUtcNow()).TotalSeconds * _time.TimestampFrequency);
        second.Passed = Math.Max(second.Passed, passed);
        return second;
    }

    private void Forget(int atMost)
    {
        // An `at` is good up to and including now + skew, so the entry goes only when that second has passed.
        long now = ReadClock();
        while (_ends.TryPeek(out Second? oldest, out long end) && end < now && oldest.Passed <= _time.GetTimestamp())
        {
            _forgotten = Math.Max(_forgotten, oldest.Clock - Skew);
            for (; oldest.Newest != RememberedRequests.None; atMost--)
            {
                if (atMost == 0) return;
                SenderShare share = _requests.Remove(oldest.Newest, out oldest.Newest);
                if (--share.Count == 0) _shares.Remove(share.From);
            }
            _ends.Dequeue();
            _seconds.Remove(oldest.Clock);
            if (_requests.Capacity / TooManyPlaces > Math.Max(_requests.Count, RememberedRequests.BlockSize)) Tighten();
        }
    }

    /// <summary>Gives back the room that many more requests have needed.</summary>
    private void Tighten()
    {
        RememberedRequests tight = new();
        foreach (Second second in _seconds.Values) second.Newest = tight.TakeOver(_requests, second.Newest);
        _requests = tight;
    }

    /// <summary>
    /// Set back by more than the skew, the clock was wrong before, and nobody would be heard until the time is back that it
    /// showed. What is remembered stays. What was written before this memory began, as the clock shows that now, may have been
    /// used before, and so may what was written before the latest that is forgotten, but not what is written from now on.
    /// </summary>
    private long ReadClock()
    {
        long now = _time.GetUtcNow().ToUnixTimeSeconds();
        if (now < _latest - Skew)
        {
            long start = now - (long)_time.GetElapsedTime(_started).TotalSeconds;
            (_began, _latest) = (Math.Min(now, Math.Max(start, _forgotten + 1)), now);
        }
        else if (now > _latest)
        {
            _latest = now;
        }
        return now;
    }

    /// <summary>The requests that are forgotten together.</summary>
    private sealed class Second(long clock)
    {
        /// <summary>The last second in which they are good, by the clock.</summary>
        public long Clock => clock;

        /// <summary>The time stamp at which it has passed in truth.</summary>
        public long Passed { get; set; }

        /// <summary>The one that was entered last.</summary>
        public int Newest = RememberedRequests.None;
    }
}
