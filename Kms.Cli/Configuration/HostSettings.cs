using System.Collections.Immutable;
using System.Net;
using System.Text.Json;
using Kms.Client;
using Kms.Protocol;

namespace Kms.Cli;

/// <summary>What <c>kms.json</c> says: who this host is, which KMS it asks, and whom it believes.</summary>
internal sealed record HostSettings
{
    private const string Signature = "signature";
    private const string Mac = "mac";

    /// <summary>The host's own name.</summary>
    public required DomainName Name { get; init; }

    /// <summary>The file of the host's private key (PEM); a relative one is in the settings' folder.</summary>
    public string PrivateKey { get; init; } = "identity.pem";

    /// <summary>The KMS that is asked; null until it is set.</summary>
    public AskedKms? Kms { get; init; }

    /// <summary>Whom this host believes, the preferred ones first among those of the same domain.</summary>
    public ImmutableArray<TrustAnchor> Trust { get; init; } = [];

    /// <summary>How the host and its KMS authenticate to each other.</summary>
    public SealKind Authentication { get; init; } = SealKind.Signature;

    /// <summary>The address that inquiries name as this host's; null: the local one toward the KMS.</summary>
    public IPEndPoint? Address { get; init; }

    /// <summary>The folder of the key table; a relative one is in the settings' folder.</summary>
    public string Table { get; init; } = "table";

    /// <summary>Reads them.</summary>
    /// <exception cref="JsonException">It is not the JSON of settings.</exception>
    /// <exception cref="FormatException">A value cannot be used; the message says which.</exception>
    public static HostSettings Read(Stream json)
    {
        SettingsDocument document = JsonSerializer.Deserialize(json, SettingsJson.Default.SettingsDocument) ?? throw new FormatException("it holds null instead of an object in braces.");
        HostSettings settings = new() { Name = Value("name", () => DomainName.Parse(document.Name ?? throw Missing("this host's name"))) };
        return settings with
        {
            PrivateKey = document.PrivateKey ?? settings.PrivateKey,
            Kms = document.Kms is { } kms ? Asked(kms) : null,
            Trust = Anchors(document.Trust ?? []),
            Authentication = document.Authentication switch
            {
                null or Signature => SealKind.Signature,
                Mac => SealKind.Mac,
                string other => throw new FormatException($"authentication: \"{other}\" is neither \"{Signature}\" nor \"{Mac}\"."),
            },
            Address = document.Address is { } address ? Value("address", () => Endpoint(address)) : null,
            Table = document.Table ?? settings.Table,
        };
    }

    /// <summary>Writes them so that <see cref="Read"/> gives equal ones.</summary>
    public void Write(Stream json) => JsonSerializer.Serialize(json, new SettingsDocument
    {
        Name = Name.Value,
        PrivateKey = PrivateKey,
        Kms = Kms is { } kms ? new(kms.Name.Value, [.. kms.Addresses.Select(address => address.ToString())], Texts(kms.PublicKeys)) : null,
        Trust = [.. Trust.Select(anchor => new SettingsDocument.TrustDocument(anchor.Name.Value, anchor.Domain.Value, Texts(anchor.PublicKeys)))],
        Authentication = Authentication == SealKind.Mac ? Mac : Signature,
        Address = Address?.ToString(),
        Table = Table,
    }, SettingsJson.ForPeople.SettingsDocument);

    /// <summary>What the client needs.</summary>
    /// <param name="key">The host's private key.</param>
    /// <exception cref="ConfigurationException">No KMS is set.</exception>
    public KmsClientConfiguration ToConfiguration(SigningKey key) => new()
    {
        Name = Name,
        Key = key,
        Kms = Kms ?? throw new ConfigurationException("The settings name no KMS to ask: add \"kms\": { \"name\": ..., \"addresses\": [...], \"publicKeys\": [...] }."),
        TrustAnchors = Trust,
        Authentication = Authentication,
        Address = Address,
    };

    /// <summary>Reads IP or IP:port, as a person writes it.</summary>
    /// <exception cref="FormatException">It is neither.</exception>
    public static IPEndPoint Endpoint(string text) => IPEndPoint.TryParse(text, out IPEndPoint? endpoint)
        ? endpoint.Port == 0 ? new IPEndPoint(endpoint.Address, Spec.DnsPort) : endpoint
        : throw new FormatException($"\"{text}\" is no address: write IP or IP:port, such as 192.0.2.1 or [2001:db8::1]:5353.");

    private static AskedKms Asked(SettingsDocument.KmsDocument kms) => new(
        Value("kms.name", () => DomainName.Parse(kms.Name ?? throw Missing("the name of the KMS"))),
        [.. (kms.Addresses ?? []).Select((address, i) => Value($"kms.addresses[{i}]", () => KmsAddress.Parse(address ?? throw Missing("the address"))))],
        Keys("kms", kms.PublicKeys));

    /// <summary>One entry for each KMS: of two, whoever takes one away would go on believing the other.</summary>
    private static ImmutableArray<TrustAnchor> Anchors(IReadOnlyList<SettingsDocument.TrustDocument?> documents)
    {
        TrustAnchor[] anchors = [.. documents.Select((anchor, i) => Anchor($"trust[{i}]", Value($"trust[{i}]", () => anchor ?? throw Missing("the KMS"))))];
        for (int i = 0; i < anchors.Length; i++)
        {
            if (anchors[..i].Any(anchor => anchor.Name == anchors[i].Name))
                throw new FormatException($"trust[{i}]: {anchors[i].Name} stands there twice: put all its keys into one entry.");
        }
        return [.. anchors];
    }

    private static TrustAnchor Anchor(string place, SettingsDocument.TrustDocument anchor) => new(
        Value($"{place}.name", () => DomainName.Parse(anchor.Name ?? throw Missing("the name of the KMS"))),
        Value($"{place}.domain", () => DomainName.Parse(anchor.Domain ?? throw Missing("the domain that it serves"))),
        Keys(place, anchor.PublicKeys));

    private static ImmutableArray<PublicKey> Keys(string place, IReadOnlyList<string?>? keys) =>
        [.. (keys ?? []).Select((key, i) => Value($"{place}.publicKeys[{i}]", () => PublicKey.Parse(key ?? throw Missing("the key"))))];

    private static string[] Texts(ImmutableArray<PublicKey> keys) => [.. keys.Select(key => key.ToString())];

    private static FormatException Missing(string what) => new($"{what} is missing.");

    private static T Value<T>(string place, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (FormatException e)
        {
            throw new FormatException($"{place}: {e.Message}", e);
        }
    }
}
