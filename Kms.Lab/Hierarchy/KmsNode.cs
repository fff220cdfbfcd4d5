using System.Net;
using Kms.Protocol;

namespace Kms.Lab;

/// <summary>One KMS of a <see cref="Hierarchy"/>: its key, its server with the app, and its zone.</summary>
internal sealed class KmsNode(DomainName name, DomainName domain, KmsNode? upper, LabServer server, Zone zone)
    : Party(name, KeyImporter.Generate())
{
    /// <summary>The network domain that it serves.</summary>
    public DomainName Domain { get; } = domain;

    /// <summary>The KMS above it, or null for the top.</summary>
    public KmsNode? Upper { get; } = upper;

    public LabServer Server { get; } = server;

    /// <summary>Its domain's zone, where the keys of its hosts stand.</summary>
    public Zone Zone { get; } = zone;

    public IPEndPoint Endpoint => Server.Endpoint;

    /// <summary>This KMS and those above it, the top last.</summary>
    public IEnumerable<KmsNode> UpToTheTop
    {
        get
        {
            for (KmsNode? node = this; node is not null; node = node.Upper) yield return node;
        }
    }

    /// <summary>The folder in which its app is installed.</summary>
    public static string AppFolderIn(string folder, string name) => Path.Combine(folder, name, "KmsApp");
}
