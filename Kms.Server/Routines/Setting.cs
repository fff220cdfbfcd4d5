namespace Kms.Server;

/// <summary>A configuration, and the keys of hosts as they are known under it. Both are swapped together.</summary>
/// <param name="Configuration">The configuration.</param>
/// <param name="Hosts">The keys of the hosts of this domain.</param>
internal sealed record Setting(KeyServerConfiguration Configuration, HostKeyDirectory Hosts);
