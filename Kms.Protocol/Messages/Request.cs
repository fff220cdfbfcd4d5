namespace Kms.Protocol;

/// <summary>
/// A message that asks its receiver to do something: an inquiry, a signature request or a delivery. It travels as a DNS
/// query and is good at one receiver only (docs/PROTOCOL.md sections 2 and 4).
/// </summary>
/// <param name="Name">The host whose key is asked for: the seed's D(B).</param>
/// <param name="Use">What the key is for.</param>
/// <param name="Kms">The trust anchor: the seed's KMS(A).</param>
/// <param name="From">The sender.</param>
/// <param name="To">The receiver.</param>
/// <param name="Id">From whoever started the inquiry; it comes back in the delivery.</param>
/// <param name="At">When the sender wrote it, in whole seconds.</param>
/// <param name="Path">The KMSs that have sent it on.</param>
public abstract record Request(DomainName Name, Use Use, DomainName Kms, DomainName From, DomainName To, InquiryId Id, DateTimeOffset At, KmsPath Path)
    : Message
{
    /// <summary>What is asked for.</summary>
    public KeyQuestion Question => new(Name, Use, Kms);
}
