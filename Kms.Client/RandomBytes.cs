namespace Kms.Client;

/// <summary>Fills a span with random bytes that nobody can guess.</summary>
/// <param name="destination">All of it is filled.</param>
public delegate void RandomBytes(Span<byte> destination);
