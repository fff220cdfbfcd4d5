using System.Security.Cryptography;
using TechnitiumLibrary.Net.Dns.EDnsOptions;
using TechnitiumLibrary.Net.Dns.ResourceRecords;

namespace TechnitiumLibrary.Net.Dns;

/// <summary>A DNS message.</summary>
public sealed class DnsDatagram
{
    private const ushort LeastUdpPayloadSize = 512;

    private readonly DnsResponseCode _rcode;

    /// <summary>
    /// A message with its parts; absent sections are empty. A <paramref name="udpPayloadSize"/> of 512 or more adds an OPT
    /// record at the end of the additional section; less than that, an OPT record already there is read.
    /// </summary>
    /// <exception cref="InvalidOperationException">Two OPT records.</exception>
    public DnsDatagram(
        ushort ID,
        bool isResponse,
        DnsOpcode OPCODE,
        bool authoritativeAnswer,
        bool truncation,
        bool recursionDesired,
        bool recursionAvailable,
        bool authenticData,
        bool checkingDisabled,
        DnsResponseCode RCODE,
        IReadOnlyList<DnsQuestionRecord>? question,
        IReadOnlyList<DnsResourceRecord>? answer = null,
        IReadOnlyList<DnsResourceRecord>? authority = null,
        IReadOnlyList<DnsResourceRecord>? additional = null,
        ushort udpPayloadSize = 0,
        EDnsHeaderFlags ednsFlags = EDnsHeaderFlags.None,
        IReadOnlyList<EDnsOption>? options = null)
    {
        Identifier = ID;
        IsResponse = isResponse;
        this.OPCODE = OPCODE;
        AuthoritativeAnswer = authoritativeAnswer;
        Truncation = truncation;
        RecursionDesired = recursionDesired;
        RecursionAvailable = recursionAvailable;
        AuthenticData = authenticData;
        CheckingDisabled = checkingDisabled;
        _rcode = RCODE;
        Question = question ?? [];
        Answer = answer ?? [];
        Authority = authority ?? [];
        Additional = additional ?? [];

        DnsResourceRecord? opt = Additional.LastOrDefault(record => record.Type == DnsResourceRecordType.OPT);
        if (udpPayloadSize < LeastUdpPayloadSize)
        {
            EDNS = opt is null ? null : DnsOPTRecordData.Read(opt, RCODE);
            return;
        }

        if (opt is not null)
        {
            throw new InvalidOperationException("The message has an OPT record already.");
        }

        EDNS = new DnsDatagramEdns(udpPayloadSize, RCODE, 0, ednsFlags, options);
        Additional = [.. Additional, DnsOPTRecordData.Write(EDNS)];
    }

    /// <summary>What the OPT record says; null without one.</summary>
    public DnsDatagramEdns? EDNS { get; }

    /// <summary>The ID.</summary>
    public ushort Identifier { get; private set; }

    /// <summary>QR.</summary>
    public bool IsResponse { get; }

    /// <summary>The kind of the message.</summary>
    public DnsOpcode OPCODE { get; }

    /// <summary>AA.</summary>
    public bool AuthoritativeAnswer { get; }

    /// <summary>TC.</summary>
    public bool Truncation { get; }

    /// <summary>RD.</summary>
    public bool RecursionDesired { get; }

    /// <summary>RA.</summary>
    public bool RecursionAvailable { get; }

    /// <summary>AD.</summary>
    public bool AuthenticData { get; }

    /// <summary>CD.</summary>
    public bool CheckingDisabled { get; }

    /// <summary>The RCODE, extended by EDNS where there is an OPT record.</summary>
    public DnsResponseCode RCODE => EDNS?.ExtendedRCODE ?? _rcode;

    /// <summary>The question section; more or fewer than one are possible.</summary>
    public IReadOnlyList<DnsQuestionRecord> Question { get; }

    /// <summary>The answer section.</summary>
    public IReadOnlyList<DnsResourceRecord> Answer { get; }

    /// <summary>The authority section.</summary>
    public IReadOnlyList<DnsResourceRecord> Authority { get; }

    /// <summary>The additional section, with the OPT and TSIG records.</summary>
    public IReadOnlyList<DnsResourceRecord> Additional { get; }

    /// <summary>Whether the last record is a TSIG.</summary>
    public bool IsSigned => Additional.Count > 0 && Additional[^1].Type == DnsResourceRecordType.TSIG;

    /// <summary>The name of the TSIG key; null without one.</summary>
    public string? TsigKeyName => IsSigned ? Additional[^1].Name : null;

    /// <summary>What went wrong when the message was read (sections from there on may be empty); null for a good one.</summary>
    public Exception? ParsingException { get; internal init; }

    /// <summary>Whether the OPT record has DO.</summary>
    public bool DnssecOk => EDNS is not null && EDNS.Flags.HasFlag(EDnsHeaderFlags.DNSSEC_OK);

    /// <summary>Whatever the server and its apps attach to the message; copied with it.</summary>
    public object? Tag { get; set; }

    /// <summary>A copy, tag and ID included, with other sections where given.</summary>
    public DnsDatagram Clone(IReadOnlyList<DnsResourceRecord>? answer = null, IReadOnlyList<DnsResourceRecord>? authority = null, IReadOnlyList<DnsResourceRecord>? additional = null)
        => new(
            Identifier,
            IsResponse,
            OPCODE,
            AuthoritativeAnswer,
            Truncation,
            RecursionDesired,
            RecursionAvailable,
            AuthenticData,
            CheckingDisabled,
            _rcode,
            Question,
            answer ?? Answer,
            authority ?? Authority,
            additional ?? Additional)
        {
            ParsingException = ParsingException,
            Tag = Tag,
        };

    /// <summary>Replaces the ID.</summary>
    public void SetIdentifier(ushort id) => Identifier = id;

    /// <summary>Replaces the ID by a random one.</summary>
    public void SetRandomIdentifier() => Identifier = (ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue + 1);
}
