using System.Net;
using Kms.Protocol;

namespace KmsApp.Tests.Simulation;

/// <summary>What the adversary has overheard.</summary>
internal sealed class Booty
{
    private const int Most = 300;

    private readonly HashSet<Digest> _known = [];

    /// <summary>Requests, with what stands beside them, as they were sent.</summary>
    public List<(Datagram Packet, MessageText Text)> Requests { get; } = [];

    public List<MessageText> Attestations { get; } = [];

    public List<MessageText> Answers { get; } = [];

    public List<MessageText> Refusals { get; } = [];

    /// <summary>Takes what a packet bears.</summary>
    /// <returns>The request in it that was not there yet, if it is one.</returns>
    public MessageText? Take(Datagram packet)
    {
        if (!DnsMessage.TryRead(packet.Packet, out DnsMessage? message, out _)) return null;
        MessageText? request = null;
        foreach (ReadOnlyMemory<byte> bytes in KmsPacket.Texts(message.IsResponse ? message.Answers : message.Additionals))
        {
            if (!MessageText.TryParse(bytes, out MessageText? text, out _) || !_known.Add(text.Digest)) continue;
            switch (text.Message)
            {
                case Request when Requests.Count < Most:
                    Requests.Add((packet, text));
                    request = text;
                    break;
                case Attestation:
                    Attestations.Add(text);
                    break;
                case Answer:
                    Answers.Add(text);
                    break;
                case Unsolved:
                    Refusals.Add(text);
                    break;
            }
        }
        return request;
    }

    /// <summary>An attestation that was overheard for a question, often the oldest one, or null.</summary>
    public MessageText? AttestationFor(KeyQuestion question, Dice dice)
    {
        List<MessageText> fitting = Attestations.FindAll(text => ((Attestation)text.Message).Question == question);
        return fitting.Count == 0 ? null : dice.Chance(0.4) ? fitting[0] : dice.Pick(fitting);
    }

    /// <summary>The port of DNS at the address from which a packet came.</summary>
    public static IPEndPoint ServerAt(Datagram packet) => new(packet.From.Address, Spec.DnsPort);
}
