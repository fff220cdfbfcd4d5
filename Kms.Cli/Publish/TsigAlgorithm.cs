namespace Kms.Cli;

/// <summary>How a TSIG key makes its MAC (RFC 8945 section 6): those that are not obsolete, in full length.</summary>
internal enum TsigAlgorithm
{
    HmacSha256 = 0,
    HmacSha384,
    HmacSha512,
}
