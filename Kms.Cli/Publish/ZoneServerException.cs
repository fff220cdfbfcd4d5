namespace Kms.Cli;

/// <summary>A DNS server did not do what was asked of it. The message says why, and what to do.</summary>
/// <param name="message">The message, for people.</param>
internal sealed class ZoneServerException(string message) : IOException(message);
