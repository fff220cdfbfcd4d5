using System.Text.Json;
using System.Text.Json.Nodes;
using Kms.Protocol;

namespace Kms.Lab;

/// <summary>Writes the dnsApp.config of a KMS in a hierarchy.</summary>
internal static class AppConfiguration
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The configuration of a node.</summary>
    /// <param name="node">The node.</param>
    /// <param name="all">All nodes of its hierarchy.</param>
    /// <param name="authentication">Signatures or MACs.</param>
    /// <param name="lifetime">How long its attestations count.</param>
    /// <param name="limits">Its limits; null: the default ones.</param>
    public static string Of(KmsNode node, IReadOnlyList<KmsNode> all, SealKind authentication, TimeSpan lifetime, JsonObject? limits = null) => new JsonObject
    {
        ["enableKms"] = true,
        ["name"] = node.Name.Value,
        ["domain"] = node.Domain.Value,
        ["privateKeyFile"] = KeyFiles.OfKms,
        ["address"] = node.Endpoint.ToString(),
        ["upper"] = node.Upper is { } upper ? Neighbour(upper) : null,
        ["lower"] = new JsonArray([.. all.Where(other => other.Upper == node).Select(lower => WithDomain(Neighbour(lower), lower))]),
        ["trusted"] = new JsonArray([.. node.UpToTheTop.Skip(1).Select(anchor => WithDomain(Named(anchor), anchor))]),

        // Deliveries go straight to who waits, and here nobody has port 53.
        ["deliverTo"] = new JsonArray([.. all.Where(other => other != node).Select(other => (JsonNode)$"{other.Endpoint.Address}/32:{other.Endpoint.Port}")]),
        ["authentication"] = authentication == SealKind.Mac ? "mac" : "signature",
        ["attestationLifetime"] = lifetime.ToString("c"),
        ["limits"] = limits?.DeepClone() ?? new JsonObject(),
    }.ToJsonString(Indented);

    private static JsonObject Named(KmsNode node) => new()
    {
        ["name"] = node.Name.Value,
        ["publicKeys"] = new JsonArray(node.Key.PublicKey.ToString()),
    };

    private static JsonObject Neighbour(KmsNode node)
    {
        JsonObject neighbour = Named(node);
        neighbour["addresses"] = new JsonArray(node.Endpoint.ToString());
        return neighbour;
    }

    private static JsonObject WithDomain(JsonObject kms, KmsNode node)
    {
        kms["domain"] = node.Domain.Value;
        return kms;
    }
}
