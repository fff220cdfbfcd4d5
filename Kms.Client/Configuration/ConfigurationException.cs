namespace Kms.Client;

/// <summary>A configuration that cannot be used. The message says what is wrong and what would be right.</summary>
/// <param name="message">The message, for people.</param>
public sealed class ConfigurationException(string message) : Exception(message);
