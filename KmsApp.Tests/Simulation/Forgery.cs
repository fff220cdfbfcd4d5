using System.Collections.Immutable;
using System.Net;
using Kms.Protocol;
using Kms.Server;

namespace KmsApp.Tests.Simulation;

/// <summary>The lies that the adversary tells: well-formed messages, sealed with a key that it has.</summary>
internal sealed class Forgery(World world, Dice dice, Booty booty)
{
    private static readonly IPEndPoint Victim = new(IPAddress.Parse("203.0.113.200"), 9_999);

    private bool UsesMac => world.Plan.Mode == AuthenticationMode.Mac;

    /// <summary>What a false answer to a host bears.</summary>
    public DnsMessage? AnswerOf(Credential credential, DnsMessage query, Inquiry inquiry)
    {
        KeyQuestion question = inquiry.Question;
        DateTimeOffset now = UnixTime.Floor(world.Time.GetUtcNow());
        PublicKey? host = world.Hosts.Find(h => h.Name == inquiry.From)?.Key.Public;
        MessageText Seal(Message message) => credential.Seal(message, inquiry.From, host, UsesMac);
        MessageText Answer(MessageText attestation, DateTimeOffset at, DateTimeOffset end) =>
            Seal(new Answer(question.Name, question.Use, question.Kms, inquiry.To, attestation.Digest, KmsPath.None, at, end));

        MessageText? overheard = booty.AttestationFor(question, dice);
        MessageText forged = Attest(credential, question);
        switch (dice.Below(9))
        {
            case 0 when booty.Refusals.Find(text => ((Unsolved)text.Message).Question == question) is { } refusal:
                return KmsPacket.Response(query, refusal.Text);
            case 1:
                return KmsPacket.Response(query, Seal(new Unsolved(question.Name, question.Use, question.Kms, inquiry.To, Reason.NotFound, KmsPath.None, now, now.AddSeconds(300))).Text);
            case 2 or 3 or 4 when overheard is not null:
                {
                    // What was said once, about this key or another one of the same name.
                    List<MessageText> answers = booty.Answers.FindAll(text => text.Message is Answer answer && answer.Question == question && answer.From == inquiry.To);
                    List<MessageText> fitting = answers.FindAll(text => ((Answer)text.Message).Of == overheard.Digest);
                    if (fitting.Count > 0 && dice.Chance(0.5)) answers = fitting;
                    return answers.Count == 0 ? null : KmsPacket.Response(query, (fitting == answers ? answers[0] : answers[^1]).Text, overheard.Text);
                }
            case 8 when overheard is not null:
                return KmsPacket.Response(query, Answer(overheard, now, now.AddSeconds(300)).Text, overheard.Text);
            case 5 when booty.Attestations.Count > 0 && dice.Pick(booty.Attestations) is var other:
                return KmsPacket.Response(query, Answer(other, now, now.AddSeconds(300)).Text, other.Text);
            case 6 when booty.Answers.FindLast(text => ((Answer)text.Message).Question == question) is { } genuine:
                return KmsPacket.Response(query, genuine.Text, forged.Text);
            default:
                return KmsPacket.Response(query, Answer(forged, now, now.AddSeconds(300)).Text, forged.Text);
        }
    }

    /// <summary>What a KMS in the adversary's hands does with the request of another.</summary>
    public IEnumerable<(IPEndPoint To, MessageText[] Texts)> Continue(Credential credential, Request request)
    {
        SimulatedKms kms = credential.Kms!;
        switch (request)
        {
            case Inquiry inquiry when dice.Chance(0.5):
                return [Deliver(credential, inquiry, Attest(credential, request.Question))];
            case SignatureRequest sign when dice.Chance(0.7) && kms.Upper is { } upper:
                {
                    SignatureRequest changed = sign with
                    {
                        Key = world.NewKey().Public,
                        From = kms.Name,
                        To = upper.Name,
                        At = Now,
                        Path = sign.Path.TryAddSignature(kms.Name, out KmsPath path) ? path : sign.Path,
                    };
                    return changed.Path.Last == kms.Name ? [(upper.Endpoint, [Seal(credential, changed)])] : [];
                }
            case Inquiry or SignatureRequest:
                return Refuse(credential, request);
            default:
                return [];
        }
    }

    /// <summary>Something in the name of a KMS, or of what should be one.</summary>
    public IEnumerable<(IPEndPoint To, MessageText[] Texts)> As(Credential credential)
    {
        List<Request> overheard = [.. booty.Requests.Select(r => (Request)r.Text.Message).Where(r => !r.Path.IsNone && r is not Delivery)];
        Request? one = overheard.Count > 0 ? dice.Pick(overheard.Count > 6 && dice.Chance(0.6) ? overheard[^6..] : overheard) : null;
        KeyQuestion question = new(AnyName(), dice.Chance(0.2) ? Uses.Ssh : Use.Identity, dice.Pick(world.Kmss).Name);
        switch (dice.Below(8))
        {
            case 0 or 1 when one is not null:
                return Interfere(credential, one);
            case 2 or 3 or 4:
                return Ask(credential, question);
            default:
                return Sign(credential, question);
        }
    }

    /// <summary>What should end the inquiry of another, or one that it does not have.</summary>
    public IEnumerable<(IPEndPoint To, MessageText[] Texts)> Interfere(Credential credential, Request request)
    {
        MessageText? genuine = booty.AttestationFor(request.Question, dice);
        return dice.Below(6) switch
        {
            0 => Refuse(credential, request),
            1 or 2 when genuine is not null => [Deliver(credential, request with { Id = NewId() }, genuine)], // the right one, under an id that was never asked
            3 when genuine is not null => [Deliver(credential, request, genuine)],
            4 when booty.Attestations.Count > 0 => [Deliver(credential, request, dice.Pick(booty.Attestations))],
            _ => [Deliver(credential, request, Attest(credential, request.Question))],
        };
    }

    /// <summary>Inquiries of a host: good ones, and two under one id.</summary>
    public IEnumerable<(IPEndPoint To, MessageText[] Texts)> AsHost(Credential credential, SimulatedHost host)
    {
        InquiryId id = NewId();
        for (int left = 1 + dice.Below(2); left > 0; left--)
        {
            Inquiry inquiry = new(AnyName(), Use.Identity, world.Kmss[0].Name, Victim, host.Name, host.Kms.Name, id, Now + AnySkew(), KmsPath.None);
            yield return (host.Kms.Endpoint, [credential.Seal(inquiry, host.Kms.Name, host.Kms.Key.Public, UsesMac)]);
        }
    }

    private DateTimeOffset Now => UnixTime.Floor(world.Time.GetUtcNow());

    private IEnumerable<(IPEndPoint To, MessageText[] Texts)> Sign(Credential credential, KeyQuestion question)
    {
        SimulatedKms kms = credential.Kms ?? dice.Pick(world.Kmss);
        if (kms.Upper is not { } upper) return [];
        bool namesReceiver = dice.Chance(0.3); // as if it belonged to an inquiry of the receiver's own
        if (!Path($"{(namesReceiver ? upper : kms).Name}/{kms.Name}", out KmsPath path)) return [];
        DateTimeOffset readAt = Now + AnySkew();
        SignatureRequest request = new(
            question.Name, question.Use, namesReceiver ? upper.Name : question.Kms, namesReceiver ? Victim : kms.Endpoint, world.NewKey().Public, readAt, null, credential.Name, upper.Name, NewId(), Now + AnySkew(), path);
        return request.Path.Last == credential.Name ? Twice(upper.Endpoint, credential, request) : [];
    }

    private IEnumerable<(IPEndPoint To, MessageText[] Texts)> Ask(Credential credential, KeyQuestion question)
    {
        SimulatedKms kms = credential.Kms ?? dice.Pick(world.Kmss);
        List<SimulatedKms> neighbours = [.. kms.Lower, .. kms.Upper is { } upper ? [upper] : Array.Empty<SimulatedKms>()];
        if (neighbours.Count == 0 || credential.Name != kms.Name) return [];
        SimulatedKms to = dice.Pick(neighbours);
        bool hasCompany = dice.Chance(0.5) && Path($"{dice.Pick(world.Kmss).Name},{kms.Name}", out _);
        if (!Path(hasCompany ? $"{world.Kmss[^1].Name},{kms.Name}" : kms.Name.Value, out KmsPath path)) return [];
        IPEndPoint reply = dice.Pick([Victim, kms.Endpoint, dice.Pick(world.Kmss).Endpoint, new IPEndPoint(IPAddress.Loopback, Spec.DnsPort)]);
        return Twice(to.Endpoint, credential, new Inquiry(question.Name, question.Use, question.Kms, reply, kms.Name, to.Name, NewId(), Now + AnySkew(), path));
    }

    /// <summary>A request, and sometimes another under the same id.</summary>
    private IEnumerable<(IPEndPoint To, MessageText[] Texts)> Twice(IPEndPoint to, Credential credential, Request request)
    {
        yield return (to, [Seal(credential, request)]);
        if (dice.Chance(0.3)) yield return (to, [Seal(credential, request with { Name = AnyName() })]);
    }

    private (IPEndPoint To, MessageText[] Texts) Deliver(Credential credential, Request request, MessageText attestation)
    {
        Delivery delivery = new(
            request.Name, request.Use, request.Kms, credential.Name, request.Path.First, request.Id, Now + AnySkew(), request.Path, [],
            DeliveryResult.Attested, dice.Chance(0.2) ? Digest.Of("another"u8) : attestation.Digest, null);
        IPEndPoint to = world.Kmss.Find(k => k.Name == request.Path.First)?.Endpoint ?? Victim;
        return (to, [Seal(credential, delivery), attestation]);
    }

    private IEnumerable<(IPEndPoint To, MessageText[] Texts)> Refuse(Credential credential, Request request)
    {
        ImmutableArray<DomainName> back = request.Path.WayBack();
        if (dice.Chance(0.5)) back = back[^1..]; // straight to who waits
        if (world.Kmss.Find(k => k.Name == back[0]) is not { } to) return [];
        Reason reason = dice.Pick([Reason.NotFound, Reason.Refused, Reason.Expired]);
        return [(to.Endpoint, [Seal(credential, new Delivery(
            request.Name, request.Use, request.Kms, credential.Name, to.Name, request.Id, Now, request.Path, back, DeliveryResult.Unsolved, null, reason))])];
    }

    /// <summary>A false attestation, signed with the key that is there.</summary>
    private MessageText Attest(Credential credential, KeyQuestion question)
    {
        DateTimeOffset at = Now + AnySkew();
        Attestation attestation = new(question.Name, question.Use, world.NewKey().Public, question.Kms, at, at + world.Plan.AttestationLifetime);
        return MessageText.TrySign(attestation, credential.Key.Private, out MessageText? text) ? text : throw new InvalidOperationException();
    }

    private MessageText Seal(Credential credential, Request request) =>
        credential.Seal(request, request.To, world.Kmss.Find(k => k.Name == request.To)?.Key.Public, UsesMac && !(request is Delivery { Of: not null } && dice.Chance(0.5)));

    private DomainName AnyName() => dice.Pick(world.Hosts).Name;

    private TimeSpan AnySkew() => TimeSpan.FromSeconds(dice.Chance(0.8) ? 0 : dice.Pick([-1_000, -310, 310, 1_000]));

    private InquiryId NewId()
    {
        Span<byte> bytes = stackalloc byte[InquiryId.Size];
        dice.Fill(bytes);
        return new InquiryId(bytes);
    }

    private static bool Path(string text, out KmsPath path) => KmsPath.TryParse(System.Text.Encoding.ASCII.GetBytes(text), out path);
}
