using System.Diagnostics;
using System.Net;
using Kms.Protocol;

namespace Kms.Lab;

/// <summary>A packet that a server has received, and what became of it.</summary>
/// <param name="Server">The name of the server.</param>
/// <param name="Remote">Where it came from.</param>
/// <param name="Transport">How it came.</param>
/// <param name="Request">Its bytes.</param>
/// <param name="IsLost">Whether the lab lost it on the way: the server has not seen it.</param>
internal sealed record TapPacket(string Server, IPEndPoint Remote, DnsTransport Transport, byte[] Request, bool IsLost)
{
    /// <summary>When it came: a reading of <see cref="Stopwatch"/>.</summary>
    public long Received { get; } = Stopwatch.GetTimestamp();

    /// <summary>When the response left; 0 before.</summary>
    public long Responded { get; private set; }

    /// <summary>The response's bytes; null where none was sent yet.</summary>
    public byte[]? Response { get; private set; }

    /// <summary>The messages in its additional section.</summary>
    public IReadOnlyList<MessageText> Messages { get; } = MessagesOf(Request, message => message.Additionals);

    /// <summary>The messages in the answer section of the response.</summary>
    public IReadOnlyList<MessageText> Answer => Response is { } response ? MessagesOf(response, message => message.Answers) : [];

    public void Respond(byte[] response)
    {
        Responded = Stopwatch.GetTimestamp();
        Response = response;
    }

    private static List<MessageText> MessagesOf(byte[] packet, Func<DnsMessage, IReadOnlyList<DnsRecord>> section)
    {
        List<MessageText> messages = [];
        if (!DnsMessage.TryRead(packet, out DnsMessage? message, out _)) return messages;
        foreach (ReadOnlyMemory<byte> text in KmsPacket.Texts(section(message)))
        {
            if (MessageText.TryParse(text, out MessageText? parsed, out _)) messages.Add(parsed);
        }
        return messages;
    }
}
