namespace Kms.Protocol;

/// <summary>The bits of the second word of a DNS header (RFC 1035, section 4.1.1; RFC 4035 for AD and CD).</summary>
internal static class DnsHeaderFlags
{
    internal const int Response = 0x8000;
    internal const int OpcodeShift = 11;
    internal const int AuthoritativeAnswer = 0x0400;
    internal const int Truncated = 0x0200;
    internal const int RecursionDesired = 0x0100;
    internal const int RecursionAvailable = 0x0080;
    internal const int AuthenticData = 0x0020;
    internal const int CheckingDisabled = 0x0010;
    internal const int ResponseCodeMask = 0x000F;

    /// <summary>The DO bit, in the lower half of an OPT record's TTL (RFC 6891, section 6.1.4).</summary>
    internal const uint DnssecOk = 0x8000;
}
