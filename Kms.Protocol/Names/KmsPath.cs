using System.Collections.Immutable;

namespace Kms.Protocol;

/// <summary>
/// The KMSs that have sent a message on, in order: the leg of the inquiry, then the leg of the signature request
/// (docs/PROTOCOL.md section 4). A claim, for tracing; nothing is decided by it but loops and the way back.
/// </summary>
public sealed class KmsPath : IEquatable<KmsPath>
{
    /// <summary>No path: the message has no <c>path</c> tag.</summary>
    public static readonly KmsPath None = new([], []);

    private KmsPath(ImmutableArray<DomainName> inquiryLeg, ImmutableArray<DomainName> signatureLeg)
    {
        InquiryLeg = inquiryLeg;
        SignatureLeg = signatureLeg;
    }

    /// <summary>The KMSs that passed the inquiry on; empty where the KMS that was asked held the key.</summary>
    public ImmutableArray<DomainName> InquiryLeg { get; }

    /// <summary>The KMSs that passed the signature request on; empty where there was none.</summary>
    public ImmutableArray<DomainName> SignatureLeg { get; }

    /// <summary>The number of names in both legs.</summary>
    public int Count => InquiryLeg.Length + SignatureLeg.Length;

    /// <summary>Whether there is no path.</summary>
    public bool IsNone => Count == 0;

    /// <summary>The KMS that was asked first, which waits for the delivery; empty for <see cref="None"/>.</summary>
    public DomainName First => InquiryLeg.Length > 0 ? InquiryLeg[0] : SignatureLeg.Length > 0 ? SignatureLeg[0] : default;

    /// <summary>The KMS that sent it on last; empty for <see cref="None"/>.</summary>
    public DomainName Last => SignatureLeg.Length > 0 ? SignatureLeg[^1] : InquiryLeg.Length > 0 ? InquiryLeg[^1] : default;

    /// <summary>Whether a KMS has sent the message on in the leg under way: it goes in a circle.</summary>
    public bool CurrentLegContains(DomainName kms) => (SignatureLeg.Length > 0 ? SignatureLeg : InquiryLeg).Contains(kms);

    /// <summary>The names from the end to the start, legs joined: the way back of an unsolved delivery.</summary>
    public ImmutableArray<DomainName> WayBack() => [.. SignatureLeg.Reverse(), .. InquiryLeg.Reverse()];

    /// <summary>This path with one more name in the inquiry's leg. Only for a path without a signature leg.</summary>
    /// <returns>False where this would be the 17th name, or the path longer than <see cref="Spec.MaximumPathTextLength"/>.</returns>
    public bool TryAddInquiry(DomainName kms, out KmsPath path)
    {
        if (SignatureLeg.Length > 0) throw new InvalidOperationException("The leg of the inquiry has ended.");
        path = HasRoomFor(kms) ? new KmsPath(InquiryLeg.Add(kms), []) : None;
        return !path.IsNone;
    }

    /// <summary>This path with one more name in the leg of the signature request.</summary>
    /// <returns>False where this would be the 17th name, or the path longer than <see cref="Spec.MaximumPathTextLength"/>.</returns>
    public bool TryAddSignature(DomainName kms, out KmsPath path)
    {
        path = HasRoomFor(kms) ? new KmsPath(InquiryLeg, SignatureLeg.Add(kms)) : None;
        return !path.IsNone;
    }

    /// <summary>Reads the value of a <c>path</c> tag: leg [<c>/</c> leg]; only the first of two legs may be empty.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out KmsPath path)
    {
        path = None;
        if (text.Length > Spec.MaximumPathTextLength) return false;
        int slash = text.IndexOf((byte)'/');
        ImmutableArray<DomainName> inquiryLeg = [], signatureLeg = [];
        if (slash < 0)
        {
            if (!TryParseNames(text, out inquiryLeg)) return false;
        }
        else
        {
            if (slash > 0 && !TryParseNames(text[..slash], out inquiryLeg)) return false;
            if (!TryParseNames(text[(slash + 1)..], out signatureLeg)) return false;
        }
        if (inquiryLeg.Length + signatureLeg.Length > Spec.MaximumPathLength) return false;
        path = new KmsPath(inquiryLeg, signatureLeg);
        return true;
    }

    /// <summary>Reads names joined by commas, one at least and <see cref="Spec.MaximumPathLength"/> at most.</summary>
    internal static bool TryParseNames(ReadOnlySpan<byte> text, out ImmutableArray<DomainName> names)
    {
        names = [];
        ImmutableArray<DomainName>.Builder builder = ImmutableArray.CreateBuilder<DomainName>();
        while (true)
        {
            int comma = text.IndexOf((byte)',');
            if (builder.Count == Spec.MaximumPathLength) return false;
            if (!DomainName.TryParse(comma < 0 ? text : text[..comma], out DomainName name)) return false;
            builder.Add(name);
            if (comma < 0) break;
            text = text[(comma + 1)..];
        }
        names = builder.ToImmutable();
        return true;
    }

    /// <inheritdoc/>
    public bool Equals(KmsPath? other) => other is not null
        && InquiryLeg.AsSpan().SequenceEqual(other.InquiryLeg.AsSpan())
        && SignatureLeg.AsSpan().SequenceEqual(other.SignatureLeg.AsSpan());

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as KmsPath);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        foreach (DomainName name in InquiryLeg) hash.Add(name);
        hash.Add('/');
        foreach (DomainName name in SignatureLeg) hash.Add(name);
        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() => SignatureLeg.Length == 0
        ? string.Join(',', InquiryLeg)
        : $"{string.Join(',', InquiryLeg)}/{string.Join(',', SignatureLeg)}";

    private bool HasRoomFor(DomainName kms) => Count < Spec.MaximumPathLength && ToString().Length + 1 + kms.Value.Length <= Spec.MaximumPathTextLength;
}
