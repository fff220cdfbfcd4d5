namespace Kms.Cli;

/// <summary>What a server says about the signature of a request (RFC 8945 section 3). Any other number is kept as it is.</summary>
internal enum TsigError : ushort
{
    None = 0,
    BadSignature = 16,
    BadKey = 17,
    BadTime = 18,
    BadTruncation = 22,
}
