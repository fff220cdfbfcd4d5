using System.Net;
using Kms.Protocol;

namespace Kms.Benchmarks;

/// <summary>Whom a load asks, and what is to be known of the hierarchy behind it.</summary>
/// <param name="Name">The KMS that is asked.</param>
/// <param name="Domain">The domain that it serves, and in which the hosts are that ask.</param>
/// <param name="Dns">Where it listens.</param>
/// <param name="Key">Its public key.</param>
/// <param name="Anchor">The trust anchor.</param>
/// <param name="AnchorDomain">The domain of the trust anchor.</param>
/// <param name="AnchorKey">The public key of the trust anchor.</param>
/// <param name="OtherDomain">The domain in which the hosts are that are asked for.</param>
internal sealed record Asked(
    DomainName Name, DomainName Domain, IPEndPoint Dns, PublicKey Key, DomainName Anchor, DomainName AnchorDomain, PublicKey AnchorKey, DomainName OtherDomain);
