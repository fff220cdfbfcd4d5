namespace KmsApp;

/// <summary>What dnsApp.config says, checked.</summary>
/// <param name="Preference">The app's place among the apps; lower comes first.</param>
/// <param name="Kms">The key server; null where it is not enabled.</param>
internal sealed record AppSettings(byte Preference, KmsSettings? Kms)
{
    /// <summary>Before the apps that come with the host, of which the first has 10.</summary>
    public const byte DefaultPreference = 5;
}
