namespace KmsApp;

/// <summary>A dnsApp.config that cannot be used. The host's console shows the message: line, path, what is wrong, what would be right.</summary>
/// <param name="message">The message, for the administrator.</param>
internal sealed class SettingsException(string message) : Exception(message);
