using System.Text.Json;
using Kms.Protocol;

namespace Kms.Lab;

/// <summary>A host's folder as the command <c>kms</c> wants it (its <c>--config</c>): the private key, and whom it asks and trusts.</summary>
internal static class LabHostFolder
{
    /// <summary>The file of the private key.</summary>
    public const string Key = "identity.pem";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>The folder of a host, within the hierarchy's.</summary>
    public static string In(string folder, string name) => Path.Combine(folder, "hosts", name);

    /// <summary>Writes it.</summary>
    /// <param name="folder">The hierarchy's folder.</param>
    /// <param name="host">The host.</param>
    /// <param name="anchor">The KMS that it trusts.</param>
    public static void Write(string folder, LabHost host, KmsNode anchor)
    {
        string own = In(folder, host.Name.Value);
        KeyFiles.Write(Path.Combine(own, Key), host);
        File.WriteAllText(Path.Combine(own, "kms.json"), JsonSerializer.Serialize(new
        {
            name = host.Name.Value,
            privateKey = Key,
            kms = new { name = host.Kms.Name.Value, addresses = new[] { host.Kms.Endpoint.ToString() }, publicKeys = new[] { host.Kms.Key.PublicKey.ToString() } },
            trust = new[] { new { name = anchor.Name.Value, domain = anchor.Domain.Value, publicKeys = new[] { anchor.Key.PublicKey.ToString() } } },
            authentication = host.Authentication == SealKind.Mac ? "mac" : "signature",
        }, Indented));
    }
}
