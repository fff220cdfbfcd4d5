namespace Kms.Protocol;

/// <summary>
/// The DNS packets that carry KMS1 messages (docs/PROTOCOL.md, section 2). A text is the whole text of one message,
/// from <c>v=KMS1</c> to its last tag.
/// </summary>
public static class KmsPacket
{
    /// <summary>A request: the texts in the additional section of a query that asks for the TXT records of a name.</summary>
    /// <param name="id">The DNS ID.</param>
    /// <param name="name">The name that the messages are about.</param>
    /// <param name="texts">The texts.</param>
    /// <returns>A standard query with RD=0 and OPT.</returns>
    public static DnsMessage Request(ushort id, string name, params ReadOnlyMemory<byte>[] texts) => new()
    {
        Id = id,
        Questions = [new DnsQuestion(name, DnsType.Txt)],
        Additionals = Records(name, texts),
        Edns = new Edns(),
    };

    /// <summary>A response: the texts in the answer section, with a TTL of 0, so that no cache keeps them.</summary>
    /// <param name="request">The request, with one question.</param>
    /// <param name="texts">The texts.</param>
    /// <returns>NOERROR, AA=1, the question echoed.</returns>
    public static DnsMessage Response(DnsMessage request, params ReadOnlyMemory<byte>[] texts) => Reply(request) with
    {
        AuthoritativeAnswer = true,
        Answers = Records(request.Questions[0].Name, texts),
    };

    /// <summary>A response without a message: SERVFAIL, with the reason where the request had OPT.</summary>
    /// <param name="request">The request.</param>
    /// <param name="reason">
    /// <see cref="ExtendedErrorCode.NoReachableAuthority"/> when time has run out,
    /// <see cref="ExtendedErrorCode.NotReady"/> when a limit is reached and the request did not come over UDP,
    /// <see cref="ExtendedErrorCode.Other"/> for a fault of ours.
    /// </param>
    /// <returns>The response.</returns>
    public static DnsMessage Failure(DnsMessage request, ExtendedErrorCode reason)
    {
        DnsMessage reply = Reply(request);
        return reply with
        {
            ResponseCode = DnsResponseCode.ServFail,
            Edns = reply.Edns is null ? null : reply.Edns with { Options = [new ExtendedError(reason).ToOption()] },
        };
    }

    /// <summary>A response that sends a UDP request over to TCP, because a limit is reached.</summary>
    /// <param name="request">The request.</param>
    /// <returns>TC=1, no records.</returns>
    public static DnsMessage AskAgainOverTcp(DnsMessage request) => Reply(request) with { Truncated = true };

    /// <summary>Whether the data of a TXT record starts with the head, however it is split. Allocates nothing.</summary>
    /// <param name="rdata">The RDATA of a TXT record.</param>
    /// <returns>True when it does. The text may still be malformed.</returns>
    public static bool HasHead(ReadOnlySpan<byte> rdata) => TxtData.StartsWith(rdata, Message.Head);

    /// <summary>Whether a record is a TXT record of class IN whose data starts with the head. Allocates nothing.</summary>
    /// <param name="record">The record.</param>
    /// <returns>True when it is.</returns>
    public static bool HasHead(DnsRecord record)
    {
        ArgumentNullException.ThrowIfNull(record);
        return record is { Type: DnsType.Txt, Class: DnsClass.In } && HasHead(record.Data.Span);
    }

    /// <summary>The texts of the records in a section that bear the head, in the order of the records.</summary>
    /// <param name="section">The additional section of a request, or the answer section of a response.</param>
    /// <returns>
    /// The joined texts, not parsed and of any length; empty when there is none. A record with broken data bears no text.
    /// </returns>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Texts(IReadOnlyList<DnsRecord> section)
    {
        ArgumentNullException.ThrowIfNull(section);
        var texts = new List<ReadOnlyMemory<byte>>();
        foreach (DnsRecord record in section)
        {
            if (HasHead(record) && TxtData.TryJoin(record.Data.Span, out byte[]? text)) texts.Add(text);
        }

        return texts;
    }

    /// <summary>
    /// Whether a message has one question, for TXT records of class IN, and the name asked about owns every record of a
    /// section that bears the head.
    /// </summary>
    /// <param name="message">The message.</param>
    /// <param name="section">Its additional section for a request, its answer section for a response.</param>
    /// <returns>False when what the message carries must be abandoned.</returns>
    public static bool OwnersAgree(DnsMessage message, IReadOnlyList<DnsRecord> section)
    {
        ArgumentNullException.ThrowIfNull(message);
        return message.Questions is [{ Type: DnsType.Txt, Class: DnsClass.In } question]
            && section.All(record => !HasHead(record) || DnsName.Same(record.Name, question.Name));
    }

    private static DnsMessage Reply(DnsMessage request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return new DnsMessage
        {
            Id = request.Id,
            IsResponse = true,
            Opcode = request.Opcode,
            RecursionDesired = request.RecursionDesired,
            CheckingDisabled = request.CheckingDisabled,
            Questions = request.Questions,
            Edns = request.Edns is null ? null : new Edns { DnssecOk = request.Edns.DnssecOk },
        };
    }

    private static DnsRecord[] Records(string owner, ReadOnlyMemory<byte>[] texts) =>
        [.. texts.Select(text => new DnsRecord(owner, DnsType.Txt, DnsClass.In, 0, TxtData.Split(text.Span)))];
}
