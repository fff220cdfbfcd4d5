using Kms.Protocol;

namespace Kms.Server;

/// <summary>A key that this KMS serves itself: what a signature request puts up.</summary>
/// <param name="Key">The key: the seed's S(B).</param>
/// <param name="At">When it was read; it becomes <c>kat</c>.</param>
/// <param name="Expires">Its published end, if it has one; it becomes <c>kexp</c>.</param>
internal sealed record PublishedKey(PublicKey Key, DateTimeOffset At, DateTimeOffset? Expires);
