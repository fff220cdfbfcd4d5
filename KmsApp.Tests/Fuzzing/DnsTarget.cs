using Kms.Protocol;

namespace KmsApp.Tests.Fuzzing;

/// <summary>Whole DNS packets, and what is read of their parts: names, EDNS and its options, TXT data, the texts of messages.</summary>
internal sealed class DnsTarget : FuzzTarget
{
    public override string Name => "dns";

    public override IEnumerable<byte[]> Seeds => [.. FuzzPackets.All, .. DnsMessageFaultTests.Faults().Select(fault => fault.Packet).Where(packet => packet.Length <= DnsMessage.LeastMaximumLength), Bomb()];

    public override int MaximumLength => DnsMessage.MaximumLength;

    public override int ShortRun => 8_000;

    public override IReadOnlyList<string> Expected => [nameof(DnsFault.None), nameof(DnsFault.EndsEarly), nameof(DnsFault.TrailingBytes), nameof(DnsFault.BadLabel), nameof(DnsFault.NameTooLong), nameof(DnsFault.BadPointer), nameof(DnsFault.CompressionBomb), nameof(DnsFault.BadData), nameof(DnsFault.BadOpt), nameof(DnsFault.DuplicateOpt)];

    public override IReadOnlyList<string> Tokens { get; } =
    [
        "\xC0\x0C", "\xC0\x0D", "\xC0\x1C", "\xC0\x00", "\x00\x00\x10\x00\x01", "\x00\x00\x29\x04\xD0\x00\x00\x00\x00\x00\x00", "\x00\x00\x29\x02\x00\x01\x00\x80\x00\x00\x06\x00\x0F\x00\x02\x00\x16",
        "\x00\x02\x00\x01", "\x00\x05\x00\x01", "\x00\x06\x00\x01", "\x00\x0F\x00\x01", "\x00\xFA\x00\xFF\x00\x00\x00\x00", "\x3F", "\x02xx\x00", "v=KMS1; t=", "\x0Av=KMS1; t=",
    ];

    /// <summary>A packet grows by what its compression pointers reach, and its names are strings of four characters an octet.</summary>
    public override long AllocationFor(int length) => (64 * 1024) + (512L * length);

    public override string Try(byte[] input)
    {
        DnsMessageReader reader = new(input);
        DnsMessage? message = reader.Read();
        BrokenLawException.Unless(reader.Expansion <= (DnsMessageReader.MaximumExpansion * input.Length) + 64, "the work is bounded by the length");
        BrokenLawException.Unless(message is null == (reader.Fault != DnsFault.None), "a message comes where there is no fault, and there alone");
        if (message is null) return reader.Fault.ToString();

        Extensions(message);
        byte[] written;
        try
        {
            written = message.ToArray();
        }
        catch (InvalidOperationException)
        {
            // What pointers had made short does not fit any more.
            BrokenLawException.Unless(input.Length > DnsMessage.MaximumLength / (DnsMessageReader.MaximumExpansion + 2), "only a long packet grows beyond all packets");
            return "TooLong";
        }
        BrokenLawException.Unless(DnsMessage.TryRead(written, out DnsMessage? again, out _) && again.Equals(message), "what is written is read as the same message");
        BrokenLawException.Unless(again!.ToArray().AsSpan().SequenceEqual(written), "the same message is written with the same bytes");
        BrokenLawException.Unless(message.ToArray(DnsMessage.LeastMaximumLength).Length <= DnsMessage.LeastMaximumLength, "a limit of the length is kept");
        return reader.Fault.ToString();
    }

    public override byte[] MutateInside(byte[] input, Mutator mutator) => FuzzPackets.MutateInside(input, mutator);

    private static void Extensions(DnsMessage message)
    {
        if (message.Edns?.ExtendedError is { } error)
            BrokenLawException.Unless(new Edns { Options = [error.ToOption()] }.ExtendedError == error, "an extended error is written as it is read");
        foreach (DnsQuestion question in message.Questions) CheckName(question.Name);
        foreach (DnsRecord record in message.Answers.Concat(message.Authorities).Concat(message.Additionals)) CheckName(record.Name);
        IReadOnlyList<ReadOnlyMemory<byte>> texts = KmsPacket.Texts(message.Additionals);
        BrokenLawException.Unless(texts.Count <= message.Additionals.Count && texts.All(text => text.Span.StartsWith(Message.Head)), "a text bears the head");
        KmsPacket.OwnersAgree(message, message.Additionals);
        KmsPacket.OwnersAgree(message, message.Answers);
    }

    private static void CheckName(string name)
    {
        byte[] wire = DnsName.ToWire(name);
        BrokenLawException.Unless(DnsName.FromWire(wire) == name, "a name has one spelling");
    }

    /// <summary>Many short records whose owners point into one long name, behind the question's.</summary>
    private static byte[] Bomb()
    {
        Wire wire = Wire.Header(0x8000, 2, answers: 100).Name("xx").TypeAndClass(16);
        int start = wire.Position;
        wire.Name(string.Join('.', Enumerable.Repeat("a", 120))).TypeAndClass(16);
        for (int i = 0; i < 100; i++) wire.Pointer(start).Rest(1);
        return wire.ToArray();
    }
}
