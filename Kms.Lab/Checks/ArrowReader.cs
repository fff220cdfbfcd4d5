using System.Diagnostics;
using Kms.Protocol;

namespace Kms.Lab;

/// <summary>Reads the arrows of Fig. 8 from what the tap has recorded. Who authenticated a message is found out by trying keys.</summary>
internal sealed class ArrowReader(Hierarchy hierarchy)
{
    /// <summary>The arrows of the inquiry for a name, written at a time or later, in order; a message that was repeated counts once.</summary>
    public IReadOnlyList<Arrow> Read(DomainName name, DateTimeOffset since)
    {
        HashSet<Digest> seen = [];
        List<TapPacket> packets = [];
        foreach (TapPacket packet in hierarchy.Tap.Since(0))
        {
            if (packet.Messages.FirstOrDefault(m => m.Message is Request) is not { Message: Request request } text) continue;
            if (!packet.IsLost && request.Name == name && request.At >= UnixTime.Floor(since) && seen.Add(text.Digest)) packets.Add(packet);
        }
        if (packets.Count == 0) return [];

        long start = packets[0].Received;
        bool isSigned = false;
        List<Arrow> arrows = [];
        foreach (TapPacket packet in packets)
        {
            MessageText text = packet.Messages.First(m => m.Message is Request);
            Request request = (Request)text.Message;
            string number = request switch
            {
                Inquiry { Path.IsNone: true } => "81",
                Inquiry => IsUpper(request.To, request.From) ? "82" : "83",
                SignatureRequest => isSigned ? "85" : "84",
                _ => "86",
            };
            isSigned |= request is SignatureRequest;
            arrows.Add(Of(number, request.From.Value, request.To.Value, text, packet.Messages, request.To, packet.Request.Length, packet.Received - start));
        }
        if (packets[0] is { Messages: [{ Message: Inquiry inquiry }], Response: { } response } first
            && first.Answer.FirstOrDefault(m => m.Message is Answer or Unsolved) is { } answer)
        {
            arrows.Add(Of("87", packets[0].Server, inquiry.From.Value, answer, first.Answer, inquiry.From, response.Length, first.Responded - start));
        }
        return arrows;
    }

    private Arrow Of(string number, string from, string to, MessageText text, IReadOnlyList<MessageText> messages, DomainName receiver, int bytes, long ticks)
    {
        string by = AuthenticatorOf(text, receiver);
        if (messages.FirstOrDefault(m => m.Message is Attestation) is { } attestation) by += $"; attestation: {AuthenticatorOf(attestation, receiver)}";
        return new Arrow(number, from, to, TypeOf(text), by)
        {
            Bytes = bytes,
            Microseconds = (long)Stopwatch.GetElapsedTime(0, ticks).TotalMicroseconds,
            Texts = [.. messages.Select(m => m.ToString())],
        };
    }

    /// <summary>The one of all keys in the hierarchy that has sealed a text.</summary>
    private string AuthenticatorOf(MessageText text, DomainName receiver)
    {
        KeyImporter importer = new(null);
        Party? other = hierarchy.PartyOf(receiver);
        foreach (Party party in hierarchy.Nodes.Concat<Party>(hierarchy.Hosts))
        {
            bool isTheirs;
            if (text.Seal.Kind == SealKind.Mac)
            {
                isTheirs = other is not null
                    && party.Key.TryAgree(party.Name, receiver, other.Key.PublicKey, sending: true, out PairwiseKey? pairwise) && text.IsAuthenticatedBy(pairwise);
            }
            else
            {
                isTheirs = importer.TryImport(party.Key.PublicKey, out VerificationKey? key, out _) && text.IsSignedBy(key);
                key?.Dispose();
            }
            if (isTheirs) return Arrow.Sealed(party.Name, text.Seal.Kind);
        }
        return "nobody";
    }

    private bool IsUpper(DomainName kms, DomainName of) => hierarchy.Plan.Kmss.FirstOrDefault(k => k.Name == of)?.Upper == kms;

    private static string TypeOf(MessageText text)
    {
        string head = text.ToString()[Message.Head.Length..];
        return head[..head.IndexOf(';', StringComparison.Ordinal)];
    }
}
