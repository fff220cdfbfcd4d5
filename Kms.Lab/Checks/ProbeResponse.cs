using Kms.Protocol;

namespace Kms.Lab;

/// <summary>A response as it came.</summary>
/// <param name="Message">What it says.</param>
/// <param name="Bytes">Its bytes.</param>
internal sealed record ProbeResponse(DnsMessage Message, byte[] Bytes);
