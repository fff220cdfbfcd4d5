using System.Diagnostics.CodeAnalysis;
using Kms.Protocol;

namespace Kms.Client;

/// <summary>What a response to a host carries: check 1 of step 64.</summary>
/// <param name="Sealed">The <c>answer</c> or the <c>unsolved</c>, authenticated by the KMS that answers.</param>
/// <param name="Attestation">The attestation beside an <c>answer</c>; null beside an <c>unsolved</c>.</param>
internal sealed record ResponseMessages(MessageText Sealed, MessageText? Attestation)
{
    /// <summary>Whether a response bears any message of ours.</summary>
    public static bool HasAny(DnsMessage response) => response.Answers.Any(KmsPacket.HasHead);

    /// <summary>Reads one <c>answer</c> with one <c>attestation</c>, in either order, or one <c>unsolved</c>; nothing else may be there.</summary>
    public static bool TryRead(
        DnsMessage response, [NotNullWhen(true)] out ResponseMessages? messages, [NotNullWhen(false)] out string? detail)
    {
        messages = null;
        detail = "a message belongs to another name than the one asked for";
        if (!KmsPacket.OwnersAgree(response, response.Answers)) return false;
        IReadOnlyList<ReadOnlyMemory<byte>> texts = KmsPacket.Texts(response.Answers);
        detail = "it has neither an answer with its attestation nor an unsolved alone";
        if (texts.Count is 0 or > 2) return false;

        MessageText[] read = new MessageText[texts.Count];
        for (int i = 0; i < read.Length; i++)
        {
            if (MessageText.TryParse(texts[i], out MessageText? text, out MessageFault fault))
            {
                read[i] = text;
                continue;
            }
            detail = $"a message is malformed ({fault})";
            return false;
        }
        messages = read switch
        {
            [{ Message: Unsolved }] => new ResponseMessages(read[0], null),
            [{ Message: Answer }, { Message: Protocol.Attestation }] => new ResponseMessages(read[0], read[1]),
            [{ Message: Protocol.Attestation }, { Message: Answer }] => new ResponseMessages(read[1], read[0]),
            _ => null,
        };
        return messages is not null;
    }
}
