using System.Collections.Immutable;
using System.Net;
using Kms.Protocol;
using Kms.Server;

namespace KmsApp;

/// <summary>What dnsApp.config says about the key server. Lacks only the private key, which stands in a file.</summary>
internal sealed record KmsSettings
{
    /// <summary>This KMS.</summary>
    public required DomainName Name { get; init; }

    /// <summary>The network domain that it serves.</summary>
    public required DomainName Domain { get; init; }

    /// <summary>The file of the private key: a full path, or one within the app's folder.</summary>
    public required string PrivateKeyFile { get; init; }

    /// <summary>The public keys of this KMS's nodes, where it is a cluster; this node's may be among them.</summary>
    public required ImmutableArray<VerificationKey> NodeKeys { get; init; }

    /// <summary>Where deliveries reach this server; null: the local address toward the neighbour, port 53.</summary>
    public required IPEndPoint? Address { get; init; }

    /// <summary>Where deliveries reach the other nodes.</summary>
    public required ImmutableArray<IPEndPoint> OtherAddresses { get; init; }

    /// <summary>The upper KMS, if there is one.</summary>
    public required Neighbour? Upper { get; init; }

    /// <summary>The lower KMSs.</summary>
    public required ImmutableArray<Neighbour> Lower { get; init; }

    /// <summary>KMSs whose attestations this one checks.</summary>
    public required ImmutableArray<TrustedKms> Trusted { get; init; }

    /// <summary>Hosts whose keys do not stand in a zone.</summary>
    public required ImmutableArray<ConfiguredHost> Hosts { get; init; }

    /// <summary>Where deliveries may go besides port 53.</summary>
    public required ImmutableArray<DeliveryTarget> DeliverTo { get; init; }

    /// <summary>How this KMS authenticates what it sends.</summary>
    public required AuthenticationMode Authentication { get; init; }

    /// <summary>How long an attestation by this KMS counts.</summary>
    public required TimeSpan AttestationLifetime { get; init; }

    /// <summary>How long a host's inquiry is held.</summary>
    public required TimeSpan AnswerTimeout { get; init; }

    /// <summary>Rows of the journal; 0: no journal.</summary>
    public required int JournalEntries { get; init; }

    /// <summary>The time between two summaries in the log; zero: none.</summary>
    public required TimeSpan SummaryInterval { get; init; }

    /// <summary>The bounds of tables, rates and loops.</summary>
    public required Limits Limits { get; init; }

    /// <summary>The key server's configuration, with the private key.</summary>
    public KeyServerConfiguration ToConfiguration(SigningKey key, VerificationKey verificationKey) =>
        new(Name, Domain, key, verificationKey, Upper, Lower, Trusted, Hosts)
        {
            Address = Address,
            SiblingKeys = [.. NodeKeys.Where(node => !node.PublicKey.Equals(key.PublicKey))],
            SiblingAddresses = OtherAddresses,
            DeliverTo = DeliverTo,
            Authentication = Authentication,
            AttestationLifetime = AttestationLifetime,
            AnswerTimeout = AnswerTimeout,
            Limits = Limits,
        };
}
