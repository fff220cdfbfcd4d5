using System.Buffers.Binary;
using System.Net;
using Kms.Cli;
using Kms.Protocol;
using KmsApp.Tests.Protocol;

namespace KmsApp.Tests.Fuzzing;

/// <summary>The signed responses that a zone's server gives to <c>kms enroll</c>.</summary>
internal sealed class TsigTarget : FuzzTarget
{
    private static readonly IPEndPoint Server = new(IPAddress.Loopback, 53);

    private readonly VirtualTime _time = new();
    private readonly TsigKey _key = new("update.key", TsigAlgorithm.HmacSha256, new byte[32]);
    private readonly byte[] _requestMac = new byte[32];
    private readonly byte[][] _good;
    private readonly DnsMessage[] _genuine;

    public TsigTarget()
    {
        string owner = "_kms." + Fig8.HostB;
        DnsMessage request = new() { Id = 7, Questions = [new DnsQuestion(owner, DnsType.Txt)], Edns = new Edns() };
        DnsRecord record = new(owner, DnsType.Txt, DnsClass.In, 60, TxtData.Split(FuzzPackets.TextOf("key-record")));
        DnsMessage[] responses =
        [
            request with { IsResponse = true, AuthoritativeAnswer = true, Answers = [record, record with { Data = TxtData.Split("v=spf1"u8) }] },
            request with { IsResponse = true, Opcode = DnsOpcode.Update, Questions = [], Edns = null },
            request with { IsResponse = true, ResponseCode = DnsResponseCode.NotAuth },
        ];
        _good = [.. responses.Select(Sign)];
        _genuine = [.. _good.Select(WithoutSignature)];
    }

    public override string Name => "tsig";

    public override IEnumerable<byte[]> Seeds => [.. _good, .. _genuine.Select(message => message.ToArray()), .. FuzzPackets.Responses(), .. _good.Select(Forged)];

    public override IReadOnlyList<string> Tokens { get; } =
        ["\x06update\x03key\x00", "\x06UPDATE\x03key\x00", "\x00\xFA\x00\xFF\x00\x00\x00\x00", "\x0Bhmac-sha256\x00", "\x0Bhmac-sha512\x00", "\xC0\x0C", "\x00\x00\x6A\xB1", "\xFF\xFF\xFF\xFF\xFF\xFF", "\x01\x2C", "\x00\x20", "\x00\x12", "\x00\x10"];

    public override int MaximumLength => DnsMessage.MaximumLength;

    public override int ShortRun => 10_000;

    public override IReadOnlyList<string> Expected => Enum.GetNames<TsigVerdict>().Where(name => name != nameof(TsigVerdict.Stale)).ToArray();

    public override string Try(byte[] input)
    {
        TsigVerdict verdict = new TsigSigner(_key, _time).Verify(input, _requestMac);
        if (!DnsMessage.TryRead(input, out DnsMessage? response, out _))
        {
            BrokenLawException.Unless(verdict == TsigVerdict.Forged, "what cannot be read is forged");
            return "Forged";
        }
        foreach (DnsMessage message in (DnsMessage[])[response, response with { ResponseCode = DnsResponseCode.NotAuth, Edns = response.Edns ?? new Edns() }]) Read(message);
        if (verdict is TsigVerdict.Genuine or TsigVerdict.Stale)
        {
            // The ID is not covered: the record brings its own, and the exchange compares it.
            BrokenLawException.Unless(_genuine.Any(message => message.Equals(WithoutSignature(input) with { Id = message.Id })), "a signature never verifies after a change");
        }
        return verdict.ToString();
    }

    /// <summary>Changes the data of a record, the signature's among them.</summary>
    public override byte[] MutateInside(byte[] input, Mutator mutator) => FuzzPackets.MutateInside(input, mutator);

    private void Read(DnsMessage response)
    {
        ZoneServer.KeysIn(response, "_kms." + Fig8.HostB);
        ZoneServer.IsAuthoritative(response);
        ZoneServerFault.Code(response);
        ZoneServerFault.OfSignature(Server, _key, response, _time.GetUtcNow());
    }

    /// <summary>With another response code.</summary>
    private static byte[] Forged(byte[] signed) => [.. signed.AsSpan(0, 3), (byte)(signed[3] ^ 1), .. signed.AsSpan(4)];

    private static DnsMessage WithoutSignature(byte[] packet)
    {
        BrokenLawException.Unless(DnsMessage.TryRead(packet, out DnsMessage? message, out _), "what is verified can be read");
        return message! with { Additionals = [.. message.Additionals.SkipLast(1)] };
    }

    /// <summary>As RFC 8945 has it for a response: the MAC of the request comes first.</summary>
    private byte[] Sign(DnsMessage response)
    {
        byte[] packet = response.ToArray();
        TsigRecord record = new() { Algorithm = DnsName.ToWire("hmac-sha256"), Time = _time.GetUtcNow(), Fudge = 300, Mac = default, OriginalId = response.Id };
        byte[] length = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(length, (ushort)_requestMac.Length);
        byte[] data = (record with { Mac = _key.Mac([.. length, .. _requestMac, .. packet, .. record.Covered(_key)]) }).ToArray();
        byte[] dataLength = new byte[2];
        BinaryPrimitives.WriteUInt16BigEndian(dataLength, (ushort)data.Length);
        byte[] signed = [.. packet, .. _key.WireName.Span, 0, (byte)DnsType.Tsig, 0, (byte)DnsClass.Any, 0, 0, 0, 0, .. dataLength, .. data];
        signed[11]++;
        return signed;
    }
}
