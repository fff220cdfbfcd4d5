namespace Kms.Server;

/// <summary>Fills a buffer with unpredictable bytes.</summary>
/// <param name="destination">The buffer.</param>
public delegate void RandomFill(Span<byte> destination);
