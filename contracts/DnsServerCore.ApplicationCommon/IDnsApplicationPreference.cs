namespace DnsServerCore.ApplicationCommon;

/// <summary>An app that chooses its place among the apps.</summary>
public interface IDnsApplicationPreference
{
    /// <summary>Lower comes first; 100 for apps that do not choose.</summary>
    byte Preference { get; }
}
