namespace KmsApp.Tests;

/// <summary>A real server's refusal, with the message that its console shows.</summary>
internal sealed class RealServerException(string message) : Exception(message);
