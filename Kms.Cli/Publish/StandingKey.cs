using Kms.Protocol;

namespace Kms.Cli;

/// <summary>A key record as it stands in a zone.</summary>
/// <param name="Record">What it says.</param>
/// <param name="Data">Its RDATA, by which it can be removed.</param>
internal sealed record StandingKey(KeyRecord Record, ReadOnlyMemory<byte> Data);
