using Kms.Client;
using Kms.Protocol;
using KmsApp.Tests.Protocol;

namespace KmsApp.Tests.Fuzzing;

/// <summary>Responses to a host: whole packets, judged as those to the inquiry of Fig. 8.</summary>
internal sealed class ResponseTarget : FuzzTarget
{
    private static readonly string Attestation = Convert.ToBase64String(FuzzPackets.TextOf("86-attestation"));
    private static readonly string Unsolved = Convert.ToBase64String(FuzzPackets.TextOf("45-unsolved"));

    private readonly VirtualTime _time = new(DateTimeOffset.FromUnixTimeSeconds(Fig8.Start + 2));
    private readonly Kms.Client.Standing _standing;
    private readonly Anchor _anchor;
    private readonly KmsClientEnvironment _environment;

    public ResponseTarget()
    {
        _environment = new KmsClientEnvironment { Exchange = new DnsExchange(new ScriptedKms(_time), _time, () => 7), Time = _time };
        TrustAnchor anchor = new(DomainName.Parse(Fig8.Kms00), DomainName.Parse("xx"), [VectorKeys.Public("kms00")]);
        _standing = new Kms.Client.Standing(
            new KmsClientConfiguration
            {
                Name = DomainName.Parse(Fig8.HostA),
                Key = VectorKeys.Private("host-a"),
                Kms = new AskedKms(DomainName.Parse(Fig8.Kms1), [ClientWorld.FirstAddress], [VectorKeys.Public("kms1")]),
                TrustAnchors = [anchor],
            },
            _environment);
        _anchor = new Anchor(anchor, _environment.Importer);
    }

    public override string Name => "response";

    public override IEnumerable<byte[]> Seeds => [.. FuzzPackets.All, []];

    public override IReadOnlyList<string> Tokens => FuzzWords.Message;

    public override int MaximumLength => DnsMessage.MaximumLength;

    public override int ShortRun => 6_000;

    public override IReadOnlyList<string> Expected => ["unreadable", nameof(KeyFound), nameof(KeyAbsent), nameof(Check.Form), nameof(Check.Authentication), "NoMessage", "ServerFailure"];

    public override string Try(byte[] input)
    {
        if (!DnsMessage.TryRead(input, out DnsMessage? response, out _)) return "unreadable";
        KeyTable table = new();
        KeyQuestion question = new(DomainName.Parse(Fig8.HostB), Use.Identity, DomainName.Parse(Fig8.Kms00));
        ResponseJudge judge = new(_standing, _anchor, question, _environment with { Table = table }, new Trace(_time));
        bool ends = judge.Accept(response, DnsTransport.Udp);
        BrokenLawException.Unless(ends == judge.Result is not null, "over UDP only what is believed ends the wait");
        switch (judge.Result)
        {
            case KeyFound found:
                BrokenLawException.Unless(Convert.ToBase64String(found.Entry.Text.Text.Span) == Attestation, "the only key that is believed is the one that the anchor attested");
                break;
            case { } believed:
                BrokenLawException.Unless(Texts(response).Contains(Unsolved), "the only refusal that is believed is the one that the KMS sealed");
                BrokenLawException.Unless(believed is KeyAbsent, "the reason is the sealed one");
                break;
        }
        BrokenLawException.Unless(table.Count == (judge.Result is KeyFound ? 1 : 0), "nothing but a believed key is kept");
        KeyResult result = judge.Result ?? judge.Failure;
        BrokenLawException.Unless(result.Summary.Length > 0, "whatever came can be told");
        return result switch
        {
            KeyRefused refused => refused.Check.ToString(),
            KeyFailed failed => failed.Kind.ToString(),
            _ => result.GetType().Name,
        };
    }

    public override byte[] MutateInside(byte[] input, Mutator mutator) => FuzzPackets.MutateInside(input, mutator);

    private static IEnumerable<string> Texts(DnsMessage response) => KmsPacket.Texts(response.Answers).Select(text => Convert.ToBase64String(text.Span));
}
