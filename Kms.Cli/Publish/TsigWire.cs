using System.Net;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary>
/// A wire on which every request is signed and every response checked. What is forged is not heard at all; what is not signed is
/// heard over TCP alone, and there only if it reports a failure: it proves nothing, but is the word that servers have for a wrong key.
/// </summary>
/// <param name="wire">What carries the packets.</param>
/// <param name="signer">Signs and checks.</param>
internal sealed class TsigWire(IDnsWire wire, TsigSigner signer) : IDnsWire
{
    private readonly List<byte[]> _macs = [];
    private IReadOnlyList<DnsQuestion> _questions = [];

    /// <summary>What was thought of the last response that was not heard; null where there was none.</summary>
    public TsigVerdict? Unheard { get; private set; }

    public IDnsConversation OpenUdp(IPEndPoint server) => new Conversation(this, wire.OpenUdp(server));

    public async Task<byte[]> AskTcpAsync(IPEndPoint server, ReadOnlyMemory<byte> packet, CancellationToken cancellationToken)
    {
        byte[] response = await wire.AskTcpAsync(server, Sign(packet.Span), cancellationToken);
        (TsigVerdict verdict, DnsMessage? message) = Verify(response);
        return message is not null && (verdict == TsigVerdict.Genuine || (verdict == TsigVerdict.Unsigned && IsFailure(message)))
            ? WithQuestion(response, message)
            : throw NotHeard(verdict);
    }

    private byte[] Sign(ReadOnlySpan<byte> packet)
    {
        byte[] signed = signer.Sign(packet, out byte[] mac);
        lock (_macs)
        {
            _macs.Add(mac);
            if (DnsMessage.TryRead(packet, out DnsMessage? request, out _)) _questions = request.Questions;
        }
        return signed;
    }

    /// <summary>The response may belong to any of the packets sent so far, each of which has its own time.</summary>
    private (TsigVerdict Verdict, DnsMessage? Message) Verify(byte[] response)
    {
        byte[][] macs;
        lock (_macs) macs = [.. _macs];
        return DnsMessage.TryRead(response, out DnsMessage? message, out _) ? (macs.Max(mac => signer.Verify(response, mac)), message) : (TsigVerdict.Forged, null);
    }

    /// <summary>That a name is not there is no failure, but a claim about the zone.</summary>
    private static bool IsFailure(DnsMessage message) => message.ResponseCode is not (DnsResponseCode.NoError or DnsResponseCode.NxDomain);

    /// <summary>A response to an update may leave its zone section out (RFC 2136 section 3.8); whoever compares it with the question gets it back.</summary>
    private byte[] WithQuestion(byte[] response, DnsMessage message) => message.Questions.Count > 0 ? response : (message with { Questions = _questions }).ToArray();

    private IOException NotHeard(TsigVerdict verdict)
    {
        Unheard = verdict;
        return new IOException($"The response is {verdict}.");
    }

    private sealed class Conversation(TsigWire owner, IDnsConversation conversation) : IDnsConversation
    {
        public ValueTask SendAsync(ReadOnlyMemory<byte> packet, CancellationToken cancellationToken) => conversation.SendAsync(owner.Sign(packet.Span), cancellationToken);

        public async ValueTask<int> ReceiveAsync(Memory<byte> buffer, CancellationToken cancellationToken)
        {
            int length = await conversation.ReceiveAsync(buffer, cancellationToken);
            byte[] response = buffer[..length].ToArray();
            (TsigVerdict verdict, DnsMessage? message) = owner.Verify(response);
            if (message is null || verdict is not (TsigVerdict.Genuine or TsigVerdict.Unsigned)) throw owner.NotHeard(verdict);
            // Over UDP anybody can send what is not signed: it only makes the exchange ask again over TCP.
            byte[] heard = verdict == TsigVerdict.Genuine ? owner.WithQuestion(response, message)
                : new DnsMessage { Id = message.Id, IsResponse = true, Opcode = message.Opcode, Truncated = true, Questions = owner._questions }.ToArray();
            heard.CopyTo(buffer);
            return heard.Length;
        }

        public void Dispose() => conversation.Dispose();
    }
}
