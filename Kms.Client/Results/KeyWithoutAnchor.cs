using Kms.Protocol;

namespace Kms.Client;

/// <summary>None of the trusted KMSs has a domain that holds the name (step 62), so nobody was asked.</summary>
/// <param name="Name">The name asked for.</param>
/// <param name="Use">What the key is for.</param>
public sealed record KeyWithoutAnchor(DomainName Name, Use Use) : KeyResult(Name, Use)
{
    /// <summary>The domain of the name, whose KMS, or one above it, would have to be trusted.</summary>
    public DomainName Domain
    {
        get
        {
            int dot = Name.Value.IndexOf('.', StringComparison.Ordinal);
            return dot < 0 ? Name : DomainName.Parse(Name.Value[(dot + 1)..]);
        }
    }

    /// <inheritdoc/>
    public override string Summary => $"{Asked} cannot be checked: no trusted KMS serves {Domain} or a domain above it.";
}
