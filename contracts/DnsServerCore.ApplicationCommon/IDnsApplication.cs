namespace DnsServerCore.ApplicationCommon;

/// <summary>An app.</summary>
public interface IDnsApplication : IDisposable
{
    /// <summary>What the app is, for the console; may be null.</summary>
    string? Description { get; }

    /// <summary>
    /// Takes a configuration: after the app was made, and again on the live instance, perhaps twice at once, when it is saved.
    /// </summary>
    /// <param name="dnsServer">The server.</param>
    /// <param name="config">The text of dnsApp.config; null without that file.</param>
    Task InitializeAsync(IDnsServer dnsServer, string? config);
}
