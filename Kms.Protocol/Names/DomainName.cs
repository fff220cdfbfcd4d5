using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Kms.Protocol;

/// <summary>
/// A domain name as KMS1 writes it: labels of <c>[a-z0-9_-]{1,63}</c>, joined by dots, 253 characters at most, without a
/// trailing dot (docs/PROTOCOL.md section 3). Internationalized names stand as A-labels.
/// </summary>
public readonly struct DomainName : IEquatable<DomainName>, IComparable<DomainName>
{
    private readonly string? _value;

    private DomainName(string value) => _value = value;

    /// <summary>The name's text; empty for <c>default</c>, which is no name.</summary>
    public string Value => _value ?? "";

    /// <summary>Whether this is <c>default</c>, which is no name.</summary>
    public bool IsEmpty => _value is null;

    /// <summary>Reads a name in its one spelling: lower case, no trailing dot.</summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out DomainName name)
    {
        string? value = RecentNames.Find(text) ?? (IsValid(text) ? RecentNames.Add(text) : null);
        name = value is null ? default : new DomainName(value);
        return value is not null;
    }

    /// <summary>Reads a name as DNS or a person writes it: letter case does not matter, a trailing dot may be there.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, out DomainName name)
    {
        name = default;
        if (text is null || text.Length > Spec.MaximumNameLength + 1 || !Ascii.IsValid(text)) return false;
        string lower = text.EndsWith('.') ? text[..^1].ToLowerInvariant() : text.ToLowerInvariant();
        Span<byte> bytes = stackalloc byte[Spec.MaximumNameLength + 1];
        int length = Encoding.ASCII.GetBytes(lower, bytes);
        if (!IsValid(bytes[..length])) return false;
        name = new DomainName(lower);
        return true;
    }

    /// <summary>Reads a name as a person writes it.</summary>
    /// <exception cref="FormatException">The text is no name.</exception>
    public static DomainName Parse(string text) =>
        TryParse(text, out DomainName name) ? name : throw new FormatException(
            $"'{text}' is no domain name: write labels of a-z, 0-9, '-' and '_' joined by dots, 253 characters at most (an IDN as A-labels).");

    /// <summary>Whether <paramref name="domain"/> holds this name: the name equals it, or ends in "." and the domain.</summary>
    public bool IsHeldBy(DomainName domain)
    {
        string name = Value, suffix = domain.Value;
        if (suffix.Length == 0 || name.Length < suffix.Length) return false;
        if (!name.EndsWith(suffix, StringComparison.Ordinal)) return false;
        return name.Length == suffix.Length || name[name.Length - suffix.Length - 1] == '.';
    }

    /// <summary>Whether a name as DNS writes it (any letter case, perhaps a trailing dot) is this name.</summary>
    public bool Matches(ReadOnlySpan<char> dnsName)
    {
        if (dnsName.EndsWith('.')) dnsName = dnsName[..^1];
        return !IsEmpty && Ascii.EqualsIgnoreCase(dnsName, Value);
    }

    /// <inheritdoc/>
    public bool Equals(DomainName other) => string.Equals(_value, other._value, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is DomainName other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => Value.GetHashCode(StringComparison.Ordinal);

    /// <inheritdoc/>
    public int CompareTo(DomainName other) => string.CompareOrdinal(Value, other.Value);

    /// <inheritdoc/>
    public override string ToString() => Value;

    /// <summary>Whether two names are the same.</summary>
    public static bool operator ==(DomainName left, DomainName right) => left.Equals(right);

    /// <summary>Whether two names differ.</summary>
    public static bool operator !=(DomainName left, DomainName right) => !left.Equals(right);

    /// <summary>Ordinal order.</summary>
    public static bool operator <(DomainName left, DomainName right) => left.CompareTo(right) < 0;

    /// <summary>Ordinal order.</summary>
    public static bool operator >(DomainName left, DomainName right) => left.CompareTo(right) > 0;

    /// <summary>Ordinal order.</summary>
    public static bool operator <=(DomainName left, DomainName right) => left.CompareTo(right) <= 0;

    /// <summary>Ordinal order.</summary>
    public static bool operator >=(DomainName left, DomainName right) => left.CompareTo(right) >= 0;

    private static bool IsValid(ReadOnlySpan<byte> text)
    {
        if (text.Length is 0 or > Spec.MaximumNameLength) return false;
        int labelLength = 0;
        foreach (byte c in text)
        {
            if (c == '.')
            {
                if (labelLength == 0) return false;
                labelLength = 0;
                continue;
            }
            if (!char.IsAsciiLetterLower((char)c) && !char.IsAsciiDigit((char)c) && c is not ((byte)'-' or (byte)'_')) return false;
            if (++labelLength > Spec.MaximumLabelLength) return false;
        }
        return labelLength > 0;
    }
}
