using Kms.Client;
using Kms.Protocol;

namespace KmsApp.Tests;

/// <summary>Every check of step 64: what fails it, that its failure ends nothing, and the last value that still passes.</summary>
[TestClass]
public sealed class ResponseCheckTests
{
    private static readonly DomainName Other = DomainName.Parse("other.c.a.xx");
    private static readonly Use Ssh = Use.Parse("ssh");

    private readonly ClientWorld _world = new();

    /// <summary>A response that fails one check alone.</summary>
    internal sealed record BadResponse(string Title, Check Check, Func<ClientWorld, ReceivedInquiry, DnsMessage> Make)
    {
        public override string ToString() => $"{Title} ({Check})";
    }

    internal static IEnumerable<object[]> BadResponses()
    {
        BadResponse[] all =
        [
            new("an attestation alone", Check.Form, (w, q) => KmsPacket.Response(q.Packet, w.Messages(q).Attestation.Text)),
            new("an answer alone", Check.Form, (w, q) => KmsPacket.Response(q.Packet, w.Messages(q).Answer.Text)),
            new("two answers", Check.Form, (w, q) => KmsPacket.Response(q.Packet, w.Messages(q).Answer.Text, w.Messages(q).Answer.Text)),
            new("a third message", Check.Form, (w, q) => KmsPacket.Response(q.Packet, w.Messages(q).Answer.Text, w.Messages(q).Attestation.Text, w.Messages(q).Attestation.Text)),
            new("the inquiry itself", Check.Form, (_, q) => KmsPacket.Response(q.Packet, q.Text.Text)),
            new("a malformed text", Check.Form, (w, q) => KmsPacket.Response(q.Packet, w.Messages(q).Answer.Text[..^1], w.Messages(q).Attestation.Text)),
            new("records of another name", Check.Form, (w, q) => OwnedBy(Other, w.Answer(q))),
            new("an unsolved beside an attestation", Check.Form, (w, q) => Beside(w.Unsolved(q, Reason.NotFound), q, w.Messages(q).Attestation)),
            new("signed by a stranger", Check.Authentication, (w, q) => w.Answer(q, from: ClientWorld.Stranger)),
            new("signed by the anchor", Check.Authentication, (w, q) => w.Answer(q, from: ClientWorld.Kms00)),
            new("unsolved signed by a stranger", Check.Authentication, (w, q) => w.Unsolved(q, Reason.NotFound, from: ClientWorld.Stranger)),
            new("a MAC where signatures are set", Check.Authentication, (w, q) => Maced(w, q)),
            new("a changed byte", Check.Authentication, (w, q) => Changed(w, q)),
            new("from another", Check.From, (w, q) => w.Answer(q, a => a with { From = ClientWorld.Kms0.Name })),
            new("unsolved from another", Check.From, (w, q) => w.Unsolved(q, Reason.NotFound, u => u with { From = ClientWorld.Kms0.Name })),
            new("another name", Check.Question, (w, q) => w.Answer(q, a => a with { Name = Other })),
            new("another use", Check.Question, (w, q) => w.Answer(q, a => a with { Use = Ssh })),
            new("another anchor", Check.Question, (w, q) => w.Answer(q, a => a with { Kms = ClientWorld.Kms0.Name })),
            new("unsolved of another name", Check.Question, (w, q) => w.Unsolved(q, Reason.NotFound, u => u with { Name = Other })),
            new("unsolved of another use", Check.Question, (w, q) => w.Unsolved(q, Reason.NotFound, u => u with { Use = Ssh })),
            new("unsolved of another anchor", Check.Question, (w, q) => w.Unsolved(q, Reason.NotFound, u => u with { Kms = ClientWorld.Kms0.Name })),
            new("too far ahead", Check.NotAhead, (w, q) => w.Answer(q, a => a with { At = w.Now.AddSeconds(301), Expires = w.Now.AddSeconds(400) })),
            new("unsolved too far ahead", Check.NotAhead, (w, q) => w.Unsolved(q, Reason.NotFound, u => u with { At = w.Now.AddSeconds(301) })),
            new("expired", Check.NotExpired, (w, q) => w.Answer(q, a => a with { At = w.Now.AddSeconds(-60), Expires = w.Now })),
            new("unsolved expired", Check.NotExpired, (w, q) => w.Unsolved(q, Reason.NotFound, u => u with { At = w.Now.AddSeconds(-60), Expires = w.Now })),
            new("another digest", Check.Of, (w, q) => w.Answer(q, a => a with { Of = Digest.Of("another"u8) })),
            new("attestation of another name", Check.AttestationQuestion, (w, q) => w.Answer(q, attestation: t => t with { Name = Other })),
            new("attestation of another use", Check.AttestationQuestion, (w, q) => w.Answer(q, attestation: t => t with { Use = Ssh })),
            new("attestation by another anchor", Check.AttestationQuestion, (w, q) => w.Answer(q, attestation: t => t with { Kms = ClientWorld.Kms0.Name }, by: ClientWorld.Kms0)),
            new("attestation too far ahead", Check.AttestationNotAhead, (w, q) => w.Answer(q, attestation: t => t with { At = w.Now.AddSeconds(301) })),
            new("attestation expired", Check.AttestationNotExpired, (w, q) => w.Answer(q, attestation: t => t with { At = w.Now.AddHours(-1), Expires = w.Now })),
            new("attestation for more than a day", Check.AttestationLifetime, (w, q) => w.Answer(q, attestation: t => t with { Expires = t.At.AddDays(1).AddSeconds(1) })),
            new("attestation signed by a stranger", Check.AttestationSignature, (w, q) => w.Answer(q, by: ClientWorld.Stranger)),
            new("attestation signed by the asked KMS", Check.AttestationSignature, (w, q) => w.Answer(q, by: ClientWorld.Kms1)),
            new("attestation signed by an anchor not chosen", Check.AttestationSignature, (w, q) => w.Answer(q, by: ClientWorld.Kms0)),
        ];
        return all.Select(bad => new object[] { bad });
    }

    [TestMethod]
    [DynamicData(nameof(BadResponses))]
    public async Task GetKey_BadResponseAlone_RefusedByItsCheckAndNothingKept(object bad)
    {
        var (response, check) = (((BadResponse)bad).Make, ((BadResponse)bad).Check);
        _world.Kms.Answer(received => response(_world, received));
        KeyResult result = await _world.AskAsync();
        Assert.IsInstanceOfType<KeyRefused>(result);
        Assert.AreEqual(check, ((KeyRefused)result).Check, result.Summary);
        Assert.AreEqual(0, _world.Table.Count);
        Assert.IsFalse(_world.Table.HasMark(ClientWorld.HostB.Name, Use.Identity, _world.Now));
        Assert.IsTrue(result.Trace.Any(step => step.Step == HostStep.Check && step.Text.Contains($"check {(int)check} ", StringComparison.Ordinal)));
    }

    [TestMethod]
    [DynamicData(nameof(BadResponses))]
    public async Task GetKey_GoodResponseAfterABadOne_Found(object bad)
    {
        _world.Kms.Script = received =>
            [(TimeSpan.Zero, ((BadResponse)bad).Make(_world, received)), (TimeSpan.FromMilliseconds(40), _world.Answer(received))];
        KeyResult result = await _world.AskAsync();
        Assert.IsInstanceOfType<KeyFound>(result, result.Summary);
        Assert.AreEqual(TimeSpan.FromMilliseconds(40), _world.Time.Elapsed);
        Assert.AreEqual(1, _world.Table.Count);
    }

    internal static IEnumerable<object[]> GoodResponses()
    {
        BadResponse[] all =
        [
            new("as far ahead as allowed", default, (w, q) => w.Answer(q, a => a with { At = w.Now.AddSeconds(300) })),
            new("about to end", default, (w, q) => w.Answer(q, a => a with { Expires = w.Now.AddSeconds(1) })),
            new("attestation as far ahead as allowed", default, (w, q) => w.Answer(q, attestation: t => t with { At = w.Now.AddSeconds(300) })),
            new("attestation about to end", default, (w, q) => w.Answer(q, attestation: t => t with { At = w.Now.AddHours(-1), Expires = w.Now.AddSeconds(1) })),
            new("attestation for a day", default, (w, q) => w.Answer(q, attestation: t => t with { Expires = t.At.AddDays(1) })),
            new("the attestation first", default, (w, q) => Reversed(w.Answer(q))),
            new("with a path", default, (w, q) => w.Answer(q, a => a with { Path = Path("kms1.b.a.xx,kms0.a.xx/kms2.c.a.xx"u8) })),
            new("owner in capitals", default, (w, q) => Capitals(w.Answer(q))),
            new("an ordinary TXT record beside it", default, (w, q) => Beside(w.Answer(q), q, "v=spf1 -all"u8.ToArray())),
        ];
        return all.Select(good => new object[] { good });
    }

    [TestMethod]
    [DynamicData(nameof(GoodResponses))]
    public async Task GetKey_GoodResponse_Found(object good)
    {
        _world.Kms.Answer(received => ((BadResponse)good).Make(_world, received));
        KeyResult result = await _world.AskAsync();
        Assert.IsInstanceOfType<KeyFound>(result, result.Summary);
        Assert.AreEqual(ClientWorld.HostB.PublicKey, ((KeyFound)result).Key);
    }

    [TestMethod]
    public async Task GetKey_SeveralBadResponses_ToldByTheOneThatCameFurthest()
    {
        _world.Kms.Script = received =>
        [
            (TimeSpan.Zero, _world.Answer(received, by: ClientWorld.Stranger)),
            (TimeSpan.Zero, _world.Answer(received, from: ClientWorld.Stranger)),
            (TimeSpan.Zero, KmsPacket.Failure(received.Packet, ExtendedErrorCode.NotReady)),
        ];
        KeyResult result = await _world.AskAsync();
        Assert.AreEqual(Check.AttestationSignature, (result as KeyRefused)?.Check, result.Summary);
    }

    [TestMethod]
    public async Task GetKey_AnyKeyOfKmsAndAnchor_Found()
    {
        _world.Client.Reconfigure(ClientWorld.Standard with
        {
            Kms = ClientWorld.Standard.Kms with { PublicKeys = [ClientWorld.Stranger.PublicKey, ClientWorld.Kms1.PublicKey] },
            TrustAnchors = [ClientWorld.TopAnchor with { PublicKeys = [ClientWorld.Stranger.PublicKey, ClientWorld.Kms00.PublicKey] }],
        });
        KeyResult result = await _world.AskAsync();
        Assert.IsInstanceOfType<KeyFound>(result, result.Summary);
        Assert.AreEqual(ClientWorld.Kms00.PublicKey, ((KeyFound)result).Entry.VerifiedBy);
    }

    [TestMethod]
    public async Task GetKey_FloodOfBadResponses_TraceStaysBounded()
    {
        _world.Kms.Script = received => Enumerable.Repeat(_world.Answer(received, a => a with { From = Other }), 200)
            .Select(response => (TimeSpan.Zero, response)).Append((TimeSpan.FromMilliseconds(1), _world.Answer(received)));
        KeyResult result = await _world.AskAsync();
        Assert.IsInstanceOfType<KeyFound>(result, result.Summary);
        Assert.IsLessThanOrEqualTo(Limits.TraceSteps, result.Trace.Length);
        Assert.AreEqual(HostStep.HandOver, result.Trace[^1].Step);
    }

    private static DnsMessage OwnedBy(DomainName owner, DnsMessage response) =>
        response with { Answers = [.. response.Answers.Select(record => record with { Name = owner.Value })] };

    private static DnsMessage Capitals(DnsMessage response) =>
        response with { Answers = [.. response.Answers.Select(record => record with { Name = record.Name.ToUpperInvariant() })] };

    private static DnsMessage Reversed(DnsMessage response) => response with { Answers = [.. response.Answers.Reverse()] };

    private static DnsMessage Beside(DnsMessage response, ReceivedInquiry received, MessageText text) => Beside(response, received, text.Text);

    private static DnsMessage Beside(DnsMessage response, ReceivedInquiry received, ReadOnlyMemory<byte> text) =>
        response with { Answers = [.. response.Answers, .. KmsPacket.Response(received.Packet, text).Answers] };

    private static DnsMessage Maced(ClientWorld world, ReceivedInquiry received)
    {
        (MessageText answer, MessageText attestation) = world.Messages(received);
        return KmsPacket.Response(received.Packet, ClientWorld.Kms1.Mac(answer.Message, ClientWorld.HostA).Text, attestation.Text);
    }

    /// <summary>A digit of <c>at</c> is another: well-formed, and not what was signed.</summary>
    private static DnsMessage Changed(ClientWorld world, ReceivedInquiry received)
    {
        (MessageText answer, MessageText attestation) = world.Messages(received);
        byte[] text = answer.Text.ToArray();
        text[text.AsSpan().IndexOf("; exp="u8) - 1] ^= 1;
        return KmsPacket.Response(received.Packet, text, attestation.Text);
    }

    private static KmsPath Path(ReadOnlySpan<byte> text)
    {
        Assert.IsTrue(KmsPath.TryParse(text, out KmsPath path));
        return path;
    }
}
