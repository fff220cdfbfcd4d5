using System.Net;
using Kms.Cli;
using Kms.Client;
using Kms.Lab;
using Kms.Protocol;
using KmsApp.Tests.Lab;

namespace KmsApp.Tests.Cli;

/// <summary>The seed's Fig. 7 on loopback, and its hosts' folders as <c>kms</c> reads them.</summary>
internal sealed class TunnelWorld : IAsyncDisposable
{
    /// <summary>Longer than a KMS keeps what it read from its zone.</summary>
    private static readonly TimeSpan KeyRefresh = TimeSpan.FromSeconds(6);

    private TunnelWorld(Hierarchy hierarchy) => Hierarchy = hierarchy;

    public Hierarchy Hierarchy { get; }

    public LabHost A => Hierarchy.A;

    public LabHost B => Hierarchy.B;

    public static async Task<TunnelWorld> StartAsync() => new(await PatientHierarchy.StartAsync(HierarchyPlan.Figure7));

    /// <summary>The folder of a host.</summary>
    public string FolderOf(LabHost host) => FolderOf(host, host.Name, host.Key);

    /// <summary>The folder of whoever says that it is a host in the place of another.</summary>
    /// <param name="place">The host whose KMS and whose access to it are used.</param>
    /// <param name="name">The name that it asks under.</param>
    /// <param name="key">The key that it asks with.</param>
    public string FolderOf(LabHost place, DomainName name, SigningKey key)
    {
        HostFolder folder = new(Path.Combine(Hierarchy.Folder, "cli", Guid.NewGuid().ToString("N")));
        folder.WriteSettings(new HostSettings
        {
            Name = name,
            Kms = new AskedKms(place.Kms.Name, [place.Kms.Endpoint], [place.Kms.Key.PublicKey]),
            Trust = [new TrustAnchor(Hierarchy.Top.Name, Hierarchy.Top.Domain, [Hierarchy.Top.Key.PublicKey])],
            Address = new IPEndPoint(IPAddress.Loopback, Spec.DnsPort),
        });
        TestKeyFile.Write(folder.FileOf("identity.pem"), key);
        return folder.Path;
    }

    /// <summary>Publishes a key in the domain of a host, in place of the name's earlier ones, and lets it come into force.</summary>
    public void Publish(LabHost neighbour, DomainName name, SigningKey key) => Publish(neighbour, name, Use.Identity, key);

    /// <summary>The same for another use.</summary>
    public void Publish(LabHost neighbour, DomainName name, Use use, SigningKey key)
    {
        neighbour.Kms.Zone.Publish(new KeyRecord(name, use, key.PublicKey, null, null));
        Hierarchy.Time.Advance(KeyRefresh);
    }

    /// <summary>Starts the server's side on a free port, in this process.</summary>
    public Task<RunningKms> ListenAsync(LabHost host, Service service, params string[] allowed) => ListenAsync(FolderOf(host), service, allowed);

    public Task<RunningKms> ListenAsync(string folder, Service service, params string[] allowed) => RunningKms.StartAsync(
        Hierarchy.Time, ["tunnel", "listen", "--config", folder, "--listen", "127.0.0.1:0", "--to", $"{service.Endpoint}", .. allowed.SelectMany(name => (string[])["--allow", name])]);

    /// <summary>Starts the client's side on a free port, in this process.</summary>
    public Task<RunningKms> ConnectAsync(LabHost host, DomainName name, IPEndPoint address) => RunningKms.StartAsync(
        Hierarchy.Time, ["tunnel", "connect", name.Value, "--config", FolderOf(host), "--address", $"{address}", "--listen", "127.0.0.1:0"]);

    public ValueTask DisposeAsync() => Hierarchy.DisposeAsync();
}
