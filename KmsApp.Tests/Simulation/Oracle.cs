using System.Net;
using Kms.Protocol;
using Kms.Server;

namespace KmsApp.Tests.Simulation;

/// <summary>
/// Watches every message that an honest KMS sends or answers, and asks whether it may. It knows who wrote which text because
/// it saw it leave, not because of a seal; it knows which inquiries a KMS has under way because it saw it draw the ids.
/// </summary>
internal sealed class Oracle(World world)
{
    private static readonly TimeSpan Instant = TimeSpan.FromMilliseconds(1);

    /// <summary>A zone answers within this time, or counts as silent.</summary>
    private static readonly TimeSpan LongestLookUp = TimeSpan.FromSeconds(2);

    /// <summary>The window of an answer, the skew that its end allows, and the way; to it comes how far two clocks are apart.</summary>
    private static readonly TimeSpan LongestAnswer = Spec.AnswerWindow + Spec.AllowedSkew + TimeSpan.FromSeconds(10);

    /// <summary>How long a KMS may go on with what it read in its zone, the time included in which it looks there anew.</summary>
    private TimeSpan LongestInZone => world.Limits.KeyRefresh + world.Limits.KeyStale + TimeSpan.FromSeconds(10);

    /// <summary>A check may begin so long after the arrival.</summary>
    private static readonly TimeSpan LongestCheck = TimeSpan.FromSeconds(5);

    private readonly HashSet<(DomainName Writer, Digest Text)> _written = [];
    private readonly Dictionary<(DomainName Kms, Digest Attestation), TimeSpan> _answered = [];
    private readonly List<(SimulatedHost Host, TimeSpan At, Digest Answer, Digest Attestation)> _heard = [];
    private readonly HashSet<(SimulatedKms, KeyQuestion)> _renewing = [];
    private readonly Dictionary<(SimulatedKms, int Life, KeyQuestion), Attestation> _newest = [];
    private readonly Dictionary<(SimulatedKms, int Life, InquiryId), Request?> _drawn = [];
    private readonly Dictionary<(SimulatedKms, int Life, MessageType, InquiryId, DomainName To), Digest> _sentOn = [];
    private readonly Dictionary<(SimulatedKms, int Life, MessageType, InquiryId, DomainName From), (Digest Text, int Count, DateTimeOffset At)> _reacted = [];

    /// <summary>Why a host had no reason to accept an attestation, or null: its KMS must have said in an answer that reached it, and counts still, that this is the one.</summary>
    public string? FaultOfAcceptance(SimulatedHost host, Digest attestation, TimeSpan since)
    {
        if (!HasHeard(host, attestation, since)) return $"and no answer of {host.Kms.Name} that came names it";
        if (host.Kms.IsCompromised || host.Kms.Clock.WasSet || host.Clock.WasSet) return null;
        TimeSpan longest = LongestAnswer + TimeSpan.FromSeconds(3 * world.Plan.MostOffset);
        return _answered.TryGetValue((host.Kms.Name, attestation), out TimeSpan last) && world.Time.Elapsed - last <= longest ? null : $"and {host.Kms.Name} answered so long ago";
    }

    /// <summary>Whether an answer of its KMS that names an attestation has reached a host.</summary>
    public bool HasHeard(SimulatedHost host, Digest attestation, TimeSpan since) =>
        _heard.Any(h => h.Host == host && h.At >= since && h.Attestation == attestation && (host.Kms.IsCompromised || _written.Contains((host.Kms.Name, h.Answer))));

    /// <summary>Whether every attestation that hosts ask for must have been renewed before it ended.</summary>
    public bool ExpectsRenewals { get; set; }

    /// <summary>A KMS noted something.</summary>
    public void Happened(SimulatedKms kms, in JournalEvent happened)
    {
        KeyQuestion question = happened.Question;
        if (happened.Kind == JournalEventKind.RenewalBegun) _renewing.Add((kms, question));
        if (happened.Kind is not (JournalEventKind.Inquired or JournalEventKind.SignatureRequested) || happened.Path is not { } path || path.Count != 1 || path.First != kms.Name) return;
        if (_renewing.Remove((kms, question)) || !ExpectsRenewals || world.Kmss.Find(k => k.Name == question.Kms) is not { } anchor || !kms.KnowsKeyOf(anchor)) return;
        world.Fail($"{kms.Name} let the attestation of {question} end, though hosts go on asking for it");
    }

    /// <summary>A packet reached a host.</summary>
    public void Heard(SimulatedHost host, byte[] packet)
    {
        foreach (MessageText text in Read(packet))
        {
            if (text.Message is Answer answer) _heard.Add((host, world.Time.Elapsed, text.Digest, answer.Of));
        }
    }

    /// <summary>A KMS drew an id for an inquiry of its own.</summary>
    public void Drew(SimulatedKms kms, InquiryId id) => _drawn.Add((kms, kms.Life, id), null);

    /// <summary>A host sent a packet.</summary>
    public void Sent(SimulatedHost host, byte[] packet)
    {
        foreach (MessageText text in Read(packet)) _written.Add((host.Name, text.Digest));
    }

    /// <summary>A KMS sent a packet of its own accord.</summary>
    public void Sent(SimulatedKms kms, byte[] packet, IPEndPoint to)
    {
        foreach (MessageText text in Read(packet))
        {
            if (text.Message is Attestation attestation)
            {
                MustBeTrue(kms, attestation, "delivers");
                continue;
            }
            Request request = (Request)text.Message;
            if (request.From != kms.Name) world.Fail($"{kms.Name} sends in the name of {request.From}");
            if (to.Port != Spec.DnsPort) world.Fail($"{kms.Name} is a reflector: {request.Type} to {to}");
            if (!_written.Add((kms.Name, text.Digest))) continue;
            if (_drawn.TryGetValue((kms, kms.Life, request.Id), out Request? own) && own is null) _drawn[(kms, kms.Life, request.Id)] = request;
            if (request is Delivery && request.Path.First == kms.Name) world.Truth.Count("cluster: delivers to the other node");
            if (request is Delivery || kms.Clock.WasSet || world.Kmss.Any(k => k.IsCompromised)) continue;
            if (!_sentOn.TryAdd((kms, kms.Life, request.Type, request.Id, request.To), text.Digest)) world.Fail($"{kms.Name} sends a {request.Type} on a second time: {request.Id}");
        }
    }

    /// <summary>A KMS answered a request.</summary>
    public void Reacted(Reaction reaction, Response response)
    {
        SimulatedKms kms = reaction.Kms;
        TimeSpan took = world.Time.Elapsed - reaction.Arrived;

        // Of two copies of a packet that wait for the same look-up the later one may be entered: then its arrival counts.
        TimeSpan apart = world.Plan.ZoneTrouble ? LongestLookUp : Instant;
        if (took > kms.Server!.Configuration.AnswerTimeout + apart) world.Fail($"{kms.Name} took {took} to answer");
        if (response.Kind is not (ResponseKind.Records or ResponseKind.NoAnswer)) return;
        List<MessageText> messages = [];
        foreach (ReadOnlyMemory<byte> text in reaction.Texts)
        {
            if (MessageText.TryParse(text, out MessageText? message, out _)) messages.Add(message);
        }
        if (messages.Find(text => text.Message is Request) is not { } asked || messages.Count != reaction.Texts.Count)
        {
            world.Fail($"{kms.Name} answers what is no request");
            return;
        }
        if (!JudgeRequest(reaction, asked)) return;
        if (asked.Message is Delivery { Result: DeliveryResult.Attested } delivery) JudgeDelivery(reaction, delivery, messages.Find(text => text.Message is Attestation));
        JudgeAnswer(kms, (Request)asked.Message, response);
    }

    /// <summary>Section 5: who may speak, when, to whom, and how often.</summary>
    /// <returns>False for a retransmission: it gets the old result, even where that no longer counts.</returns>
    private bool JudgeRequest(Reaction reaction, MessageText text)
    {
        SimulatedKms kms = reaction.Kms;
        Request request = (Request)text.Message;
        string what = $"{kms.Name} took a {request.Type} of {request.From} for {request.Question}, id {request.Id}";
        if (request.To != kms.Name) world.Fail($"{what}, which was meant for {request.To}");
        if ((request.At - UnixTime.Floor(reaction.Clock)).Duration() > Spec.AllowedSkew) world.Fail($"{what}, written at {request.At:u}, at {reaction.Clock:u}");
        if (!kms.Clock.WasSet && request.At < kms.Began) world.Fail($"{what}, written at {request.At:u}, before its memory began at {kms.Began:u}");

        SimulatedKms? from = world.Kmss.FirstOrDefault(k => k.Name == request.From);
        bool isNeighbour = from is not null && (from == kms.Upper || kms.Lower.Contains(from));
        bool isAttested = request is Delivery { Result: DeliveryResult.Attested };
        bool canBeForged = from?.IsCompromised ?? world.Hosts.Any(host => host.IsHostile && host.Name == request.From);
        bool mustBeWritten = !isAttested || (from is not null && kms.KnowsKeyOf(from));
        if (mustBeWritten && !canBeForged && !_written.Contains((request.From, text.Digest))) world.Fail($"{what}, who never wrote it");
        if (request is SignatureRequest sign)
        {
            if (from is null || !kms.Lower.Contains(from) || !sign.Name.IsHeldBy(from.Domain)) world.Fail($"{what}, outside its domain");
            if (!kms.Clock.WasSet && (sign.KeyAt - reaction.Clock).Duration() > Spec.AllowedSkew + LongestCheck) world.Fail($"{what}, whose key is of {sign.KeyAt:u}, at {reaction.Clock:u}");
        }
        if (request is Delivery { Result: DeliveryResult.Unsolved } refusal)
        {
            if (!isNeighbour) world.Fail($"{what}, who is no neighbour");
            if (refusal.Back.Length == 1 && (UnderWay(kms, refusal) is not { } own || own.To != refusal.From)) world.Fail($"{what}, whom it did not ask that");
        }
        if (kms.Clock.WasSet) return true; // a memory that is kept by the time of day loses what a clock set wrong makes old
        (SimulatedKms, int, MessageType, InquiryId, DomainName) key = (kms, kms.Life, request.Type, request.Id, request.From);
        (Digest first, int count, DateTimeOffset at) = _reacted.GetValueOrDefault(key, (text.Digest, 0, request.At));
        if (at + Spec.AllowedSkew < UnixTime.Floor(reaction.Clock)) (first, count) = (text.Digest, 0); // forgotten, and an older text no longer counts
        if (first != text.Digest) world.Fail($"{what}, which has been used for another");
        if (count > Spec.MaximumRetransmissions) world.Fail($"{what}, for the {count + 1}th time");
        _reacted[key] = (first, count + 1, count == 0 ? request.At : at);
        if (count == 0 && request is Inquiry && world.Truth.WithoutKeySince(request.From, Use.Identity) is { } since && world.Time.Elapsed - since > LongestInZone)
            world.Fail($"{what}, which has had no key in its zone since {since}");
        return count == 0;
    }

    /// <summary>Step 464.</summary>
    private void JudgeDelivery(Reaction reaction, Delivery delivery, MessageText? text)
    {
        SimulatedKms kms = reaction.Kms;
        string what = $"{kms.Name} took a delivery of {delivery.From} for {delivery.Question}, id {delivery.Id}";
        Request? own = UnderWay(kms, delivery);
        if (own is null) world.Fail($"{what}, for which it did not ask");
        if (text is null || delivery.Of != text.Digest)
        {
            world.Fail($"{what}, without its attestation");
            return;
        }
        Attestation attestation = (Attestation)text.Message;
        if (own is SignatureRequest sign && !sign.Key.Equals(attestation.Key)) world.Fail($"{what}, with another key than it put up");
        if (attestation.Question != delivery.Question) world.Fail($"{what}, with an attestation for {attestation.Question}");
        if (!kms.Clock.WasSet && attestation.Expires <= reaction.Clock) world.Fail($"{what}, that ended at {attestation.Expires:u}, at {reaction.Clock:u}");
        if (world.Kmss.FirstOrDefault(k => k.Name == attestation.Kms) is { } anchor && kms.KnowsKeyOf(anchor)) MustBeTrue(kms, attestation, "takes");
    }

    private void JudgeAnswer(SimulatedKms kms, Request asked, Response response)
    {
        foreach (MessageText text in response.Messages)
        {
            switch (text.Message)
            {
                case Answer answer:
                    _written.Add((kms.Name, text.Digest));
                    _answered[(kms.Name, answer.Of)] = world.Time.Elapsed;
                    if (answer.Question != asked.Question) world.Fail($"{kms.Name} answers {answer.Question} to {asked.Question}");
                    break;
                case Attestation attestation:
                    if (world.Kmss.FirstOrDefault(k => k.Name == attestation.Kms) is { } anchor && kms.KnowsKeyOf(anchor)) MustBeTrue(kms, attestation, "answers with");
                    if (!kms.Clock.WasSet && attestation.Expires <= kms.Clock.GetUtcNow()) world.Fail($"{kms.Name} answers with an attestation that ended at {attestation.Expires:u}");
                    MustBeInZone(kms, attestation);
                    MustNotGoBack(kms, attestation);
                    break;
            }
        }
    }

    private void MustBeTrue(SimulatedKms kms, Attestation attestation, string does)
    {
        if (!kms.IsCompromised && !world.Truth.IsTrue(attestation)) world.Fail($"{kms.Name} {does} a false attestation of {attestation.Name} {attestation.Use} by {attestation.Kms} of {attestation.At:u}");
    }

    /// <summary>Who serves a name gives nothing out that its zone no longer has.</summary>
    private void MustBeInZone(SimulatedKms kms, Attestation attestation)
    {
        if (world.Truth.Serving(attestation.Name) != kms.First || kms.IsCompromised || kms.Clock.WasSet) return;
        if (world.Truth.Withdrawn(attestation.Name, attestation.Use, attestation.Key) is { } at && world.Time.Elapsed - at > LongestInZone)
            world.Fail($"{kms.Name} gives out a key of {attestation.Name} {attestation.Use} that has not been in its zone since {at}");
    }

    /// <summary>While what a KMS gave out still counts, it gives out no other key that was read earlier: nothing that comes late takes its place.</summary>
    private void MustNotGoBack(SimulatedKms kms, Attestation attestation)
    {
        if (kms.IsCompromised || kms.Clock.WasSet || world.Plan.TightLimits) return;
        if (world.Kmss.Find(k => k.Name == attestation.Kms) is not { } anchor || !kms.KnowsKeyOf(anchor)) return;
        (SimulatedKms, int, KeyQuestion) key = (kms, kms.Life, attestation.Question);
        Attestation? newest = _newest.GetValueOrDefault(key);
        if (newest is not null && attestation.At < newest.At && kms.Clock.GetUtcNow() < newest.Expires && !attestation.Key.Equals(newest.Key))
            world.Fail($"{kms.Name} gives out a key of {attestation.Question} of {attestation.At:u}, after another one of {newest.At:u}");
        if (newest is null || attestation.At >= newest.At) _newest[key] = attestation;
    }

    /// <summary>What a KMS asked under an id, if it asked the question of a delivery.</summary>
    private Request? UnderWay(SimulatedKms kms, Delivery delivery) =>
        _drawn.TryGetValue((kms, kms.Life, delivery.Id), out Request? own) && own?.Question == delivery.Question ? own : null;

    private static IEnumerable<MessageText> Read(byte[] packet)
    {
        if (!DnsMessage.TryRead(packet, out DnsMessage? message, out _)) yield break;
        foreach (ReadOnlyMemory<byte> bytes in KmsPacket.Texts(message.IsResponse ? message.Answers : message.Additionals))
        {
            if (MessageText.TryParse(bytes, out MessageText? text, out _)) yield return text;
        }
    }
}
