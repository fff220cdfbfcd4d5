namespace Kms.Cli;

/// <summary><c>kms.json</c> as it stands in the file: texts, not yet checked. <see cref="HostSettings"/> is what they mean.</summary>
internal sealed record SettingsDocument
{
    public string? Name { get; init; }

    public string? PrivateKey { get; init; }

    public KmsDocument? Kms { get; init; }

    public IReadOnlyList<TrustDocument?>? Trust { get; init; }

    public string? Authentication { get; init; }

    public string? Address { get; init; }

    public string? Table { get; init; }

    /// <summary>The KMS that is asked.</summary>
    internal sealed record KmsDocument(string? Name, IReadOnlyList<string?>? Addresses, IReadOnlyList<string?>? PublicKeys);

    /// <summary>A KMS that is trusted.</summary>
    internal sealed record TrustDocument(string? Name, string? Domain, IReadOnlyList<string?>? PublicKeys);
}
