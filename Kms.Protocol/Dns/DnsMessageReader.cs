using System.Buffers.Binary;

namespace Kms.Protocol;

/// <summary>Reads one packet from start to end; the first fault sticks. See <see cref="DnsMessage.TryRead"/>.</summary>
internal ref struct DnsMessageReader(ReadOnlySpan<byte> packet)
{
    internal const int HeaderLength = 12;

    /// <summary>
    /// How many octets may be reached through compression pointers, for each octet of the packet. Ordinary responses
    /// stay below 3: their owners point at the question, which is free.
    /// </summary>
    internal const int MaximumExpansion = 8;

    // The least a question and a record take: a root name, type and class; and TTL and length.
    private const int LeastQuestionLength = 5;
    private const int LeastRecordLength = 11;

    private readonly ReadOnlySpan<byte> _packet = packet;
    private int _position;
    private string? _firstQuestionName;
    private Edns? _edns;
    private int _upperResponseCode;

    /// <summary>What is wrong, or <see cref="DnsFault.None"/>.</summary>
    internal DnsFault Fault { get; private set; } = DnsFault.None;

    /// <summary>The octets reached through compression pointers so far, the pointers counted as two.</summary>
    internal int Expansion { get; private set; }

    /// <summary>The message, or null after a fault.</summary>
    internal DnsMessage? Read()
    {
        if (_packet.Length < HeaderLength) return Fail(DnsFault.EndsEarly);
        ushort id = ReadUInt16();
        int flags = ReadUInt16();
        int questionCount = ReadUInt16(), answerCount = ReadUInt16(), authorityCount = ReadUInt16(), additionalCount = ReadUInt16();
        // A count that lies is found out before it costs anything; so lists can be made in their full size.
        int least = (questionCount * LeastQuestionLength) + ((answerCount + authorityCount + additionalCount) * LeastRecordLength);
        if (least > _packet.Length - HeaderLength) return Fail(DnsFault.EndsEarly);

        DnsQuestion[] questions = ReadQuestions(questionCount);
        IReadOnlyList<DnsRecord> answers = ReadRecords(answerCount, additional: false);
        IReadOnlyList<DnsRecord> authorities = ReadRecords(authorityCount, additional: false);
        IReadOnlyList<DnsRecord> additionals = ReadRecords(additionalCount, additional: true);
        if (Fault != DnsFault.None) return null;
        if (_position != _packet.Length) return Fail(DnsFault.TrailingBytes);
        return new DnsMessage
        {
            Id = id,
            IsResponse = (flags & DnsHeaderFlags.Response) != 0,
            Opcode = (DnsOpcode)((flags >> DnsHeaderFlags.OpcodeShift) & 0x0F),
            AuthoritativeAnswer = (flags & DnsHeaderFlags.AuthoritativeAnswer) != 0,
            Truncated = (flags & DnsHeaderFlags.Truncated) != 0,
            RecursionDesired = (flags & DnsHeaderFlags.RecursionDesired) != 0,
            RecursionAvailable = (flags & DnsHeaderFlags.RecursionAvailable) != 0,
            AuthenticData = (flags & DnsHeaderFlags.AuthenticData) != 0,
            CheckingDisabled = (flags & DnsHeaderFlags.CheckingDisabled) != 0,
            ResponseCode = (DnsResponseCode)((_upperResponseCode << 4) | (flags & DnsHeaderFlags.ResponseCodeMask)),
            Questions = questions,
            Answers = answers,
            Authorities = authorities,
            Additionals = additionals,
            Edns = _edns,
        };
    }

    private DnsQuestion[] ReadQuestions(int count)
    {
        var questions = new DnsQuestion[count];
        for (int i = 0; i < count && Fault == DnsFault.None; i++)
        {
            string name = ReadOwner();
            if (!Has(4)) break;
            questions[i] = new DnsQuestion(name, (DnsType)ReadUInt16(), (DnsClass)ReadUInt16());
            _firstQuestionName ??= name;
        }

        return questions;
    }

    private List<DnsRecord> ReadRecords(int count, bool additional)
    {
        var records = new List<DnsRecord>(Fault == DnsFault.None ? count : 0);
        for (int i = 0; i < count && Fault == DnsFault.None; i++)
        {
            string owner = ReadOwner();
            if (!Has(10)) break;
            var type = (DnsType)ReadUInt16();
            ushort @class = ReadUInt16();
            uint ttl = ReadUInt32();
            int length = ReadUInt16();
            if (!Has(length)) break;
            if (type == DnsType.Opt)
            {
                ReadOpt(owner, additional, @class, ttl, length);
            }
            else
            {
                records.Add(new DnsRecord(owner, type, (DnsClass)@class, ttl, ReadData(type, length)));
            }
        }

        return records;
    }

    /// <summary>Reads an OPT record (RFC 6891, section 6.1) after its fixed part.</summary>
    private void ReadOpt(string owner, bool additional, ushort payloadSize, uint ttl, int length)
    {
        if (!additional || owner != ".") { Fail(DnsFault.BadOpt); return; }
        if (_edns is not null) { Fail(DnsFault.DuplicateOpt); return; }
        var options = new List<EdnsOption>();
        int end = _position + length;
        while (_position < end)
        {
            if (end - _position < 4) { Fail(DnsFault.BadOpt); return; }
            ushort code = ReadUInt16();
            int size = ReadUInt16();
            if (size > end - _position) { Fail(DnsFault.BadOpt); return; }
            options.Add(new EdnsOption(code, _packet.Slice(_position, size).ToArray()));
            _position += size;
        }

        _upperResponseCode = (int)(ttl >> 24);
        _edns = new Edns
        {
            UdpPayloadSize = payloadSize,
            Version = (byte)((ttl >> 16) & 0xFF),
            DnssecOk = (ttl & DnsHeaderFlags.DnssecOk) != 0,
            Options = options,
        };
    }

    /// <summary>Reads RDATA that is wholly there, and expands the names that may be compressed (RFC 3597, section 4).</summary>
    private ReadOnlyMemory<byte> ReadData(DnsType type, int length)
    {
        // Empty data of any type: a dynamic update (RFC 2136).
        if (length == 0) return default;
        int end = _position + length;
        (int before, int names, int after) = type switch
        {
            DnsType.Ns or DnsType.Cname or DnsType.Ptr => (0, 1, 0),
            DnsType.Mx => (2, 1, 0),
            DnsType.Soa => (0, 2, 20),
            _ => (length, 0, 0),
        };
        if (before > length) { Fail(DnsFault.BadData); return default; }
        Span<byte> data = stackalloc byte[(2 * DnsName.MaximumWireLength) + 20];
        if (names == 0) data = new byte[length];
        _packet.Slice(_position, before).CopyTo(data);
        _position += before;
        int size = before;
        for (int i = 0; i < names; i++)
        {
            int nameLength = ExpandName(data[size..]);
            if (nameLength == 0) return default;
            size += nameLength;
        }

        // A name that runs over the end of its record has read another record's bytes.
        if (end - _position != after) { Fail(DnsFault.BadData); return default; }
        _packet.Slice(_position, after).CopyTo(data[size..]);
        _position = end;
        return data[..(size + after)].ToArray();
    }

    private string ReadOwner()
    {
        if (_firstQuestionName is not null && _position + 1 < _packet.Length
            && BinaryPrimitives.ReadUInt16BigEndian(_packet[_position..]) == (0xC000 | HeaderLength))
        {
            _position += 2;
            return _firstQuestionName;
        }

        Span<byte> wire = stackalloc byte[DnsName.MaximumWireLength];
        int length = ExpandName(wire);
        return length == 0 ? "" : DnsName.FromWire(wire[..length]);
    }

    /// <summary>Reads a name and follows its pointers (RFC 1035, section 4.1.4).</summary>
    /// <returns>The octets written to <paramref name="wire"/>, or 0 after a fault.</returns>
    private int ExpandName(scoped Span<byte> wire)
    {
        int position = _position, segment = position, length = 0;
        bool jumped = false;
        while (true)
        {
            if (position >= _packet.Length) return FailName(DnsFault.EndsEarly);
            int octet = _packet[position];
            int step = octet >= 0xC0 ? 2 : 1 + octet;
            if (octet is > Spec.MaximumLabelLength and < 0xC0) return FailName(DnsFault.BadLabel);
            if (step > _packet.Length - position) return FailName(DnsFault.EndsEarly);
            if (jumped && !Charge(step)) return FailName(DnsFault.CompressionBomb);
            if (octet < 0xC0)
            {
                if (length + step > DnsName.MaximumWireLength) return FailName(DnsFault.NameTooLong);
                _packet.Slice(position, step).CopyTo(wire[length..]);
                length += step;
            }

            position += step;
            if (!jumped) _position = position;
            if (octet == 0) return length;
            if (octet < 0xC0) continue;
            int target = BinaryPrimitives.ReadUInt16BigEndian(_packet[(position - 2)..]) & 0x3FFF;
            // Strictly backward, and before the segment that holds the pointer: so no pointer is met twice.
            if (target >= segment || target < HeaderLength) return FailName(DnsFault.BadPointer);
            position = segment = target;
            jumped = true;
        }
    }

    private bool Charge(int octets)
    {
        Expansion += octets;
        return Expansion <= MaximumExpansion * _packet.Length;
    }

    private ushort ReadUInt16()
    {
        ushort value = BinaryPrimitives.ReadUInt16BigEndian(_packet[_position..]);
        _position += 2;
        return value;
    }

    private uint ReadUInt32()
    {
        uint value = BinaryPrimitives.ReadUInt32BigEndian(_packet[_position..]);
        _position += 4;
        return value;
    }

    private bool Has(int octets)
    {
        if (Fault != DnsFault.None) return false;
        if (_packet.Length - _position >= octets) return true;
        Fail(DnsFault.EndsEarly);
        return false;
    }

    private DnsMessage? Fail(DnsFault fault)
    {
        if (Fault == DnsFault.None) Fault = fault;
        return null;
    }

    private int FailName(DnsFault fault)
    {
        Fail(fault);
        return 0;
    }
}
