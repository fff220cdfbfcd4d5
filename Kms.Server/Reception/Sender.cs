using System.Collections.Immutable;
using Kms.Protocol;

namespace Kms.Server;

/// <summary>Who a request says it is from, as far as this KMS knows such a party (docs/PROTOCOL.md section 5, "Who may speak").</summary>
internal abstract record Sender
{
    private Sender() { }

    /// <summary>A host of this domain.</summary>
    public sealed record Host(DomainName Name) : Sender;

    /// <summary>The upper KMS or a lower one, whose keys are configured.</summary>
    public sealed record Neighbouring(Neighbour Neighbour) : Sender;

    /// <summary>Another KMS, which delivers an attestation; its keys where they are known.</summary>
    public sealed record Delivering(ImmutableArray<VerificationKey> Keys) : Sender;

    /// <summary>The sender of a request, or null where it may not send such a one.</summary>
    public static Sender? Of(KeyServerConfiguration configuration, Request request)
    {
        if (request.From == configuration.Name)
        {
            // Another node of this KMS, which is the anchor, delivers what this node has asked for.
            return request is Delivery { Result: DeliveryResult.Attested } && !configuration.SiblingKeys.IsEmpty ? new Delivering(configuration.SiblingKeys) : null;
        }
        if (configuration.FindNeighbour(request.From) is { } neighbour)
        {
            if (neighbour.Keys.IsEmpty) return null; // it is waited for
            bool may = request switch
            {
                Inquiry => !request.Path.IsNone,
                SignatureRequest => neighbour.IsLower,
                _ => true,
            };
            return may ? new Neighbouring(neighbour) : null;
        }
        return request switch
        {
            Inquiry when request.Path.IsNone && !configuration.IsKms(request.From) && Routing.EndsHere(configuration, request.From) => new Host(request.From),
            Delivery { Result: DeliveryResult.Attested } => new Delivering(configuration.KeysOf(request.From)),
            _ => null,
        };
    }
}
